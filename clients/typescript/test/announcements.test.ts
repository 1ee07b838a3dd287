// Announcements and the search: the store follows events and ends, and the calls are those of the API.
import { afterEach, describe, expect, test, vi } from "vitest";
import { announcementsOf, type Shown } from "../src/announcements/index.js";
import { searchAll } from "../src/search/index.js";
import { client, ok, until } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once
afterEach(() => void vi.useRealTimers());

const END = new Date(Date.now() + 3_600_000).toISOString();
const one = (id: string, more: Partial<Shown> = {}): Shown => ({ id, level: "info", title: id, message: "…", locale: "en", link: null, dismissible: true, startsAt: "2026-01-01T00:00:00Z", endsAt: END, revoked: false, ...more });

async function setup() {
  const given = client();
  given.metaia.connection.start();
  await until(() => given.transport.links.length);
  given.transport.live();
  await until(() => given.metaia.connection.isConnected);
  const announcements = announcementsOf(given.metaia);
  let n = 0;
  const event = (shown: Shown) => given.transport.last.event("system:notification" as never, { ...shown, eventId: `e${++n}` } as never, `c${n}`);
  return { ...given, announcements, event, ids: () => announcements.store.getState().shown.map(({ id }) => id) };
}

describe("announcements", () => {
  test("a changed one replaces the former, and a revoked one goes", async () => {
    const { announcements, event, ids } = await setup();
    event(one("a"));
    event(one("b", { startsAt: "2026-02-01T00:00:00Z" }));
    event(one("a", { title: "new" }));
    expect(ids()).toEqual(["b", "a"]);
    expect(announcements.store.getState().shown[1]).toEqual(one("a", { title: "new" }));
    event(one("b", { revoked: true }));
    expect(ids()).toEqual(["a"]);
  });

  test("one ends by itself, and one that has ended is not shown", async () => {
    const { event, ids } = await setup();
    vi.useFakeTimers();
    event(one("late", { endsAt: "2026-01-02T00:00:00Z" }));
    event(one("soon", { endsAt: new Date(Date.now() + 1_000).toISOString() }));
    expect(ids()).toEqual(["soon"]);
    vi.advanceTimersByTime(1_100);
    expect(ids()).toEqual([]);
  });

  test("a dismissed one stays hidden, whatever arrives", async () => {
    const { announcements, server, event, ids } = await setup();
    server.routes["GET /api/announcements"] = () => ok({ announcements: [one("a"), one("b")] });
    server.routes["PUT /api/announcements/a/dismiss"] = () => ok({});
    await announcements.load();
    await announcements.dismiss("a");
    event(one("a", { title: "new" }));
    expect(ids()).toEqual(["b"]);
  });

  test("an admin confirms the number that the preview has shown", async () => {
    const { announcements, server } = await setup();
    const body = { audience: { everyone: true }, content: { en: { title: "t", message: "m" } }, endsAt: END };
    server.routes["POST /api/admin/announcements"] = () => ok({ preview: [one("a")], recipients: 7, online: 2 });
    expect((await announcements.preview(body)).recipients).toBe(7);
    server.routes["POST /api/admin/announcements"] = () => ok({ announcement: { id: "a" } });
    expect((await announcements.announce(body, 7, "key")).id).toBe("a");
    const sent = server.of("/api/admin/announcements");
    expect(JSON.parse(sent.at(-1)!.body!)).toEqual({ ...body, confirm: { recipients: 7 } });
    expect(sent.at(-1)!.headers["Idempotency-Key"]).toBe("key");
    server.routes["POST /api/admin/announcements/a/revoke"] = () => ok({ announcement: { id: "a", status: "revoked" } });
    expect((await announcements.revoke("a")).status).toBe("revoked");
    server.routes["GET /api/admin/announcements"] = () => ok({ announcements: [] }, { nextCursor: null });
    expect((await announcements.list({ status: "live" })).nextCursor).toBeNull();
  });
});

test("a search names its types", async () => {
  const { metaia, server } = await setup();
  const found = { results: [{ type: "orders", items: [], more: false }], incomplete: ["users"] };
  server.routes["GET /api/search"] = () => ok({ search: found });
  expect(await searchAll(metaia, "M100", { types: ["orders", "users"], limit: 3 })).toEqual(found);
  expect(server.of("/api/search")[0]!.path).toBe("/api/search?q=M100&types=orders%2Cusers&limit=3");
});
