// @vitest-environment jsdom
import { act, render, renderHook } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { MetaiaBoundary, MetaiaProvider, useConnection, useOrder, useOrders, useOrderTracking, usePartnerStatus, useUnread } from "../src/react/index.js";
import { client, ok, order, until } from "./fake.js";

const setup = (strict = true) => {
  const given = client();
  const inside = (children: ReactNode) => <MetaiaProvider client={given.metaia}>{children}</MetaiaProvider>;
  const wrapper = ({ children }: { children: ReactNode }) => (strict ? <StrictMode>{inside(children)}</StrictMode> : inside(children));
  return { ...given, wrapper };
};

test("a hook that mounts after the connection is live knows it in its first render; one link, none after unmount", async () => {
  const { metaia, transport, wrapper } = setup();
  metaia.connection.start();
  await until(() => transport.links.length);
  transport.live();
  await until(() => metaia.connection.isConnected);
  const seen: boolean[] = [];
  const { unmount } = renderHook(() => (seen.push(useConnection().isConnected), useOrder("o1")), { wrapper });
  await until(() => transport.last.requests.some(([name]) => name === "join_order_room"));
  expect(seen[0]).toBe(true);
  expect(transport.links).toHaveLength(1);
  unmount();
  await until(() => transport.last.closed);
  expect(metaia.connection.state).toBe("idle");
});

test("useOrders keeps its result while nothing changes, and filters", async () => {
  const { metaia, wrapper } = setup();
  const { result, rerender } = renderHook(() => useOrders({ status: ["pending", "ready"] }), { wrapper });
  act(() => [order("o1", 1), order("o2", 1, "ready"), order("o3", 1, "cancelled")].forEach(metaia.orders.take));
  expect(result.current.orders.map(({ id }) => id)).toEqual(["o2", "o1"]);
  const before = result.current;
  rerender();
  expect(result.current).toBe(before);
});

test("useUnread follows events", async () => {
  const { metaia, wrapper } = setup();
  const { result } = renderHook(() => useUnread(), { wrapper });
  act(() => metaia.notifications.arrived({ id: "n1", createdAt: "2026", eventId: "e", cursor: "c" } as any));
  expect(result.current).toBe(1);
});

test("usePartnerStatus has the status from joining the room, then from events", async () => {
  const { metaia, transport, wrapper } = setup(false);
  transport.answer = (name) => ({ ok: true, data: name === "join_partner_room" ? { status: "busy" } : { at: new Date().toISOString() } });
  const { result } = renderHook(() => usePartnerStatus("p1"), { wrapper });
  await until(() => transport.links.length);
  act(() => transport.live());
  await vi.waitFor(() => expect(result.current).toBe("busy"));
  act(() => transport.last.event("tailor_status_update", { partnerId: "p1", status: "offline" }));
  expect(result.current).toBe("offline");
  expect(metaia.connection.isConnected).toBe(true);
});

test("useOrderTracking needs no login and shows each change", async () => {
  const { server, wrapper } = setup(false);
  let n = 0;
  server.routes["GET /api/orders/o1/status"] = ({ headers }) =>
    ++n > 2 ? { status: 304 } : { ...(ok({ id: "o1", status: headers["If-None-Match"] ? "ready" : "pending" }) as object), headers: { ETag: `"${n}"` } };
  const { result, unmount } = renderHook(() => useOrderTracking("o1"), { wrapper });
  await vi.waitFor(() => expect(result.current.order?.status).toBe("ready"), 5_000);
  expect(server.of("/api/orders/o1/status")[0]!.headers["Authorization"]).toBeUndefined();
  unmount();
});

test("1,000 mounts and unmounts leave no listener and no link", async () => {
  const { metaia, transport, wrapper } = setup(false);
  for (let n = 0; n < 1_000; n++) renderHook(() => (useConnection(), useOrder("o1"), useUnread(), usePartnerStatus("p")), { wrapper }).unmount();
  await until(() => metaia.connection.state === "idle");
  expect(transport.links.filter((link) => !link.closed)).toHaveLength(0);
});

test("MetaiaBoundary shows its fallback, and tries again", () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  let broken = true;
  const Screen = () => {
    if (broken) throw new Error("boom");
    return <p>fine</p>;
  };
  const fallback = (error: Error, retry: () => void) => <button onClick={() => ((broken = false), retry())}>{error.message}</button>;
  const { getByRole, getByText } = render(<MetaiaBoundary fallback={fallback}><Screen /></MetaiaBoundary>);
  act(() => getByRole("button", { name: "boom" }).click());
  expect(getByText("fine")).toBeTruthy();
});
