// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import { bookingsOf } from "../src/bookings/index.js";
import { useBooking, useBookings, useSlots } from "../src/bookings/react.js";
import { MetaiaProvider } from "../src/react/index.js";
import { booking, client, ok, problem, until } from "./fake.js";

function setup() {
  const given = client();
  const wrapper = ({ children }: { children: ReactNode }) => <MetaiaProvider client={given.metaia}>{children}</MetaiaProvider>;
  return { ...given, wrapper, bookings: bookingsOf(given.metaia) };
}

async function live({ transport, metaia }: ReturnType<typeof setup>) {
  await until(() => transport.links.length);
  act(() => transport.live());
  await until(() => metaia.connection.isConnected);
}

test("useBooking loads once, follows events, and leaves its room", async () => {
  const given = setup();
  given.server.routes["GET /api/bookings/b1"] = () => ok({ booking: booking("b1", 1, "pending") });
  const { result, unmount } = renderHook(() => useBooking("b1")?.status, { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current === "pending");
  act(() => given.transport.last.event("booking-status-update", { eventId: "e1", bookingId: "b1", booking: booking("b1", 2, "confirmed") }, "c"));
  expect(result.current).toBe("confirmed");
  unmount();
});

test("useBookings keeps the order of the server, shows the store's state, and fetches when a new one comes", async () => {
  const given = setup();
  let all = [booking("b2"), booking("b1")];
  given.server.routes["GET /api/bookings"] = () => ok({ bookings: all }, { nextCursor: null });
  const { result, rerender } = renderHook(() => useBookings({ status: ["pending"] as never }), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.bookings?.length === 2);
  expect(result.current.bookings!.map(({ id }) => id)).toEqual(["b2", "b1"]);
  const before = result.current.bookings;
  rerender();
  expect(result.current.bookings).toBe(before);
  all = [booking("b3"), ...all];
  act(() => given.transport.last.event("booking-status-update", { eventId: "e3", bookingId: "b3", booking: booking("b3") }, "c"));
  await until(() => result.current.bookings?.length === 3);
});

test("useBookings loads all pages if it is to, and an error ends that", async () => {
  const given = setup();
  const pages: Record<string, unknown> = { "": ok({ bookings: [booking("b1")] }, { nextCursor: "2" }), 2: ok({ bookings: [booking("b2")] }, { nextCursor: "3" }), 3: problem(403, "forbidden") };
  given.server.routes["GET /api/bookings"] = ({ path }) => pages[new URL(path, "http://x").searchParams.get("cursor") ?? ""] as never;
  const { result, unmount } = renderHook(() => useBookings({ limit: 1 }, true), { wrapper: given.wrapper });
  await until(() => result.current.error);
  expect(result.current.bookings!.map(({ id }) => id)).toEqual(["b1", "b2"]);
  expect([result.current.hasMore, result.current.busy]).toEqual([true, false]);
  expect(given.server.of("/api/bookings")).toHaveLength(3);
  unmount();
});

test("useSlots asks again when free times of the partner have changed, and ends with the component", async () => {
  const given = setup();
  const asked = () => given.server.of("/api/bookings/slots").length;
  given.server.routes["GET /api/bookings/slots"] = () => ok({ slots: { s1: { "2026-12-01": Array(asked()).fill({ startsAt: "2026-12-01T09:00:00Z", seatsLeft: 1 }) } }, validFor: 60 });
  const { result, unmount } = renderHook(() => useSlots({ partnerId: "p1" } as never), { wrapper: given.wrapper });
  await live(given);
  await until(() => result.current.slots && asked() === 2); // again after the room was joined
  const before = asked();
  act(() => given.transport.last.event("booking-slots-changed", { partnerId: "p1", dates: [] }, "c"));
  await until(() => asked() === before + 1);
  unmount();
  given.transport.last.event("booking-slots-changed", { partnerId: "p1", dates: [] }, "c");
  await new Promise((done) => setTimeout(done, 500));
  expect(asked()).toBe(before + 1);
});

test("useSlots asks again after a reconnect: changes may have been missed", async () => {
  const given = setup();
  const asked = () => given.server.of("/api/bookings/slots").length;
  given.server.routes["GET /api/bookings/slots"] = () => ok({ slots: {}, validFor: 60 });
  const { unmount } = renderHook(() => useSlots({ partnerId: "p1" } as never), { wrapper: given.wrapper });
  await live(given);
  await until(() => asked() === 2);
  act(() => given.transport.last.end({ code: "lost" }));
  await until(() => given.transport.links.length === 2);
  act(() => given.transport.live());
  await until(() => asked() === 3);
  unmount();
});
