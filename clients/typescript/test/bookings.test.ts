// Bookings: the store follows events and answers; refusals carry what is possible now.
import { expect, test, vi } from "vitest";
import { bookingsOf } from "../src/bookings/index.js";
import { booking, client, ok, problem, until } from "./fake.js";

async function live() {
  const given = client();
  given.metaia.connection.start();
  await until(() => given.transport.links.length);
  given.transport.live();
  await until(() => given.metaia.connection.isConnected);
  const bookings = bookingsOf(given.metaia);
  const event = (one: ReturnType<typeof booking>) => {
    const { customerInfo, notes, ...sent } = one;
    given.transport.last.event("booking-status-update", { eventId: `${one.id}${one.version}`, bookingId: one.id, status: one.status, booking: sent }, "c");
  };
  return { ...given, bookings, event, shown: (id: string) => bookings.store.getState().byId[id] };
}

test("a client has one object of bookings", async () => {
  const { metaia, bookings } = await live();
  expect(bookingsOf(metaia)).toBe(bookings);
  metaia.close();
});

test("an event changes what is known and keeps notes; older ones change nothing", async () => {
  const { metaia, bookings, event, shown } = await live();
  bookings.take(booking("b1", 2, "pending", { notes: "afraid of dryers" }));
  event(booking("b1", 3, "confirmed"));
  expect(shown("b1")).toMatchObject({ status: "confirmed", notes: "afraid of dryers" });
  event(booking("b1", 2, "pending"));
  expect(shown("b1")!.status).toBe("confirmed");
  event(booking("b2"));
  expect(shown("b2")).toBeUndefined();
  expect(bookings.store.getState().changes).toBe(2); // b1 has another status, b2 is new
  metaia.close();
});

test("lists may change with a status, a start or a calendar, and with no older event", async () => {
  const { metaia, bookings, event } = await live();
  bookings.take(booking("b1", 1, "pending", { calendarId: "c1" }));
  const changes = [
    booking("b1", 2, "confirmed", { calendarId: "c1" }),
    booking("b1", 3, "confirmed", { calendarId: "c1", startsAt: "2026-12-09T09:00:00Z" }),
    booking("b1", 4, "confirmed", { calendarId: "c2", startsAt: "2026-12-09T09:00:00Z" }),
    booking("b1", 5, "confirmed", { calendarId: "c2", startsAt: "2026-12-09T09:00:00Z", seats: 2 }),
    booking("b1", 4, "pending"),
  ].map((one) => (event(one), bookings.store.getState().changes));
  expect(changes).toEqual([1, 2, 3, 3, 3]);
  metaia.close();
});

test("book sends one key for one call, and takes the booking", async () => {
  const { metaia, server, bookings, shown } = await live();
  server.routes["POST /api/bookings"] = () => ok({ booking: booking("b1") }, { warnings: ["overlaps_own"] });
  const { warnings } = await bookings.book({ serviceId: "s1", startsAt: "2026-12-01T09:00:00Z" } as never, "k1");
  expect(warnings).toEqual(["overlaps_own"]);
  expect(shown("b1")).toBeDefined();
  expect(server.of("/api/bookings")[0]!.headers["Idempotency-Key"]).toBe("k1");
  metaia.close();
});

test("an action sends the version of the store; a conflict brings the new state", async () => {
  const { metaia, server, bookings, shown } = await live();
  bookings.take(booking("b1", 4, "pending"));
  server.routes["PATCH /api/bookings/b1/confirm"] = () => problem(409, "stale_version", { booking: booking("b1", 5, "cancelled") });
  await expect(bookings.act("b1", "confirm")).rejects.toMatchObject({ code: "stale_version" });
  expect(JSON.parse(server.of("/api/bookings/b1/confirm")[0]!.body!)).toEqual({ expectedVersion: 4 });
  expect(shown("b1")).toMatchObject({ version: 5, status: "cancelled" });
  metaia.close();
});

test("watch joins the rooms, loads what is not known, and leaves", async () => {
  const { metaia, server, transport, bookings, shown } = await live();
  bookings.take(booking("b1"));
  server.routes["GET /api/bookings/b2"] = () => ok({ booking: booking("b2") });
  const stop = bookings.watch(["b1", "b2"]);
  await until(() => shown("b2"));
  expect(server.of("/api/bookings/b1")).toHaveLength(0);
  expect(transport.last.requests).toContainEqual(["join_booking_room", { bookingId: "b2" }]);
  stop();
  await until(() => transport.last.requests.some(([name]) => name === "leave_booking_room"));
  metaia.close();
});

test("free times are asked for with their ETag, and their room has the partner", async () => {
  const { metaia, server, transport, bookings } = await live();
  server.routes["GET /api/bookings/slots"] = ({ headers }) =>
    headers["If-None-Match"] ? { status: 304 } : { ...ok({ slots: {}, validFor: 60 }), headers: { ETag: '"7"' } };
  const first = await bookings.slots({ partnerId: "p1" } as never);
  expect(first!.etag).toBe('"7"');
  expect(await bookings.slots({ partnerId: "p1" } as never, first!.etag)).toBeNull();
  const changed = vi.fn();
  const stop = bookings.watchSlots("p1", changed);
  await until(() => transport.last.requests.some(([name]) => name === "join_slots_room"));
  expect(transport.last.requests).toContainEqual(["join_slots_room", { partnerId: "p1" }]);
  transport.last.event("booking-slots-changed", { partnerId: "p1", calendarId: "c1", dates: ["2026-12-01"], calendarVersion: 2 }, "c");
  transport.last.event("booking-slots-changed", { partnerId: "p2", calendarId: "c2", dates: [], calendarVersion: 2 }, "c");
  expect(changed).toHaveBeenCalledTimes(1);
  stop();
  metaia.close();
});

test("an entry of the waiting list is made once, listed and ended", async () => {
  const { metaia, server } = client();
  const bookings = bookingsOf(metaia);
  server.routes["POST /api/bookings/waitlist"] = () => ok({ wait: { id: "w1", state: "waiting" } });
  server.routes["GET /api/bookings/waitlist"] = () => ok({ waits: [{ id: "w1" }] });
  server.routes["DELETE /api/bookings/waitlist/w1"] = () => ok({});
  const entry = { serviceId: "s1", from: "2026-12-01T08:00:00Z", to: "2026-12-02T08:00:00Z" };
  expect((await bookings.wait(entry)).state).toBe("waiting");
  expect(await bookings.waits()).toHaveLength(1);
  await bookings.stopWaiting("w1");
  expect(server.sent.map(({ method }) => method)).toEqual(["POST", "GET", "DELETE"]);
  expect(server.sent[0]!.headers["Idempotency-Key"]).toHaveLength(32);
});

test("the address of the feed is the server's, and figures have their period", async () => {
  const { metaia, server } = client();
  const bookings = bookingsOf(metaia);
  server.routes["POST /api/bookings/calendar-feed"] = () => ok({ url: "https://m/calendar/x.ics" });
  server.routes["GET /api/bookings/analytics"] = () => ok({ total: { bookings: 3 }, services: [], calendars: [] });
  expect(await bookings.createFeed()).toBe("https://m/calendar/x.ics");
  const found = await bookings.figures({ from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z" });
  expect(found.total.bookings).toBe(3);
  expect(server.of("/api/bookings/analytics")[0]!.path).toContain("from=2026-11-01T00%3A00%3A00Z");
});
