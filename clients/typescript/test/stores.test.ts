import { describe, expect, test, vi } from "vitest";
import { client, ok, order, problem, until } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0);
const note = (id: string, read = false): any => ({ id, title: id, read, createdAt: `2026-01-01T00:00:0${id.at(-1)}Z` });

describe("orders", () => {
  test("go only forward by version", () => {
    const { orders } = client().metaia;
    orders.take(order("o1", 3, "ready"));
    orders.take(order("o1", 2, "preparing"));
    orders.take(order("o1", 3, "pending"));
    expect(orders.get("o1")!.status).toBe("ready");
  });

  test("show an action at once, and take it back with a toast when it is refused", async () => {
    const { metaia, server } = client();
    const { orders } = metaia;
    const toasts = vi.fn();
    metaia.toasts.subscribe(toasts);
    orders.take(order("o1", 1));
    server.routes["PATCH /api/orders/o1/accept"] = () => problem(409, "illegal_transition", { order: order("o1", 2, "cancelled") });
    const done = orders.act("o1", "accept", { estimatedTime: 20 });
    expect(orders.get("o1")).toMatchObject({ status: "accepted", estimatedTime: 20, allowedActions: [] });
    expect(orders.store.getState().pending.has("o1")).toBe(true);
    await expect(done).rejects.toMatchObject({ code: "illegal_transition" });
    expect(orders.get("o1")).toMatchObject({ status: "cancelled", version: 2 });
    expect(orders.store.getState().pending.size).toBe(0);
    expect(toasts).toHaveBeenCalledWith(expect.objectContaining({ kind: "error", orderId: "o1" }));
  });

  test("two quick actions with late answers and a fetch between never show an earlier status", async () => {
    const { metaia, server } = client();
    const { orders } = metaia;
    orders.take(order("o1", 1, "accepted"));
    const release: Record<string, () => void> = {};
    for (const [name, version, status] of [["prepare", 2, "preparing"], ["ready", 3, "ready"]] as const)
      server.routes[`PATCH /api/orders/o1/${name}`] = () =>
        new Promise((done) => (release[name] = () => done(ok({ order: order("o1", version, status) }))));
    server.routes["GET /api/orders"] = () => ok({ orders: [order("o1", 1, "accepted")] }, { nextCursor: null });
    const seen: string[] = [];
    orders.store.subscribe(({ byId }) => seen.push(byId["o1"]!.status));
    const both = [orders.act("o1", "prepare"), orders.act("o1", "ready")];
    await until(() => release["prepare"]);
    expect(release["ready"]).toBeUndefined(); // one after the other
    await orders.load();
    release["prepare"]!();
    await until(() => release["ready"]);
    await orders.load();
    release["ready"]!();
    await Promise.all(both);
    expect([...new Set(seen)]).toEqual(["preparing", "ready"]);
  });

  test("one order's failure does not hold up another's action", async () => {
    const { metaia, server } = client();
    metaia.orders.take(order("o1", 1));
    metaia.orders.take(order("o2", 1));
    server.routes["PATCH /api/orders/o1/accept"] = () => new Promise(() => undefined);
    server.routes["PATCH /api/orders/o2/accept"] = () => ok({ order: order("o2", 2, "accepted") });
    void metaia.orders.act("o1", "accept");
    await metaia.orders.act("o2", "accept");
    expect(metaia.orders.get("o2")!.version).toBe(2);
  });

  test("a fetch drops what is not there any more, and keeps what came meanwhile", async () => {
    const { metaia, server } = client();
    metaia.orders.take(order("o1", 1));
    server.routes["GET /api/orders"] = async () => {
      metaia.orders.take(order("o3", 1));
      metaia.orders.take(order("o2", 5, "ready"));
      return ok({ orders: [order("o2", 4)] }, { nextCursor: null });
    };
    await metaia.orders.load();
    expect(metaia.orders.store.getState().orders.map(({ id, version }) => [id, version])).toEqual([["o3", 1], ["o2", 5]]);
  });

  test("all pages are fetched", async () => {
    const { metaia, server } = client();
    server.routes["GET /api/orders"] = ({ path }) =>
      path.includes("cursor=p2") ? ok({ orders: [order("o1", 1)] }, { nextCursor: null }) : ok({ orders: [order("o2", 1)] }, { nextCursor: "p2" });
    await metaia.orders.load();
    expect(metaia.orders.store.getState().orders).toHaveLength(2);
  });

  const at = (n: number) => ({ createdAt: new Date(n * 1_000).toISOString() });
  const few = () => {
    const { metaia, server } = client({ keep: { orders: 3 } });
    const ids = () => metaia.orders.store.getState().orders.map(({ id }) => id);
    return { server, orders: metaia.orders, ids, more: () => metaia.orders.store.getState().more };
  };

  test("beyond the limit the oldest closed ones go, then the oldest", () => {
    const { orders, ids, more } = few();
    for (const [id, status] of [["o1", "pending"], ["o2", "completed"], ["o3", "completed"]]) orders.take(order(id!, 1, status, at(Number(id!.at(-1)))));
    expect(more()).toBe(false);
    orders.take(order("o4", 1, "pending", at(4)));
    expect([ids(), more()]).toEqual([["o4", "o3", "o1"], true]);
    orders.take(order("o5", 1, "pending", at(5)));
    orders.take(order("o6", 1, "pending", at(6)));
    expect(ids()).toEqual(["o6", "o5", "o4"]);
    expect(orders.get("o1")).toBeUndefined();
    for (let n = 10; n < 1_000; n++) orders.take(order(`o${n}`, 1, "ready", at(n)));
    expect(ids()).toEqual(["o999", "o998", "o997"]);
  });

  test("beyond the limit those stay that are held, that wait for an answer, or that came last", async () => {
    const { server, orders, ids } = few();
    server.routes["PATCH /api/orders/o2/accept"] = () => new Promise(() => undefined);
    orders.take(order("o1", 1, "completed", at(1)));
    const release = orders.hold("o1");
    orders.take(order("o2", 1, "pending", at(2)));
    void orders.act("o2", "accept");
    for (const n of [7, 8, 9]) orders.take(order(`o${n}`, 1, "pending", at(n)));
    expect(ids()).toEqual(["o9", "o2", "o1"]);
    orders.take(order("o0", 1, "completed", at(0)));
    expect(ids()).toEqual(["o2", "o1", "o0"]);
    release();
    for (const n of [5, 6]) orders.take(order(`o${n}`, 1, "pending", at(n)));
    expect(ids()).toEqual(["o6", "o5", "o2"]);
  });

  test("at the limit the event of an order that would go first changes nothing", () => {
    const { orders, ids, more } = few();
    for (const n of [7, 8, 9]) orders.follow(order(`o${n}`, 1, n === 7 ? "completed" : "pending", at(n)));
    const changed = vi.fn();
    const before = orders.store.getState().orders;
    orders.follow(order("o6", 2, "completed", at(6)));
    orders.store.subscribe(changed);
    for (let version = 3; version < 100; version++) orders.follow(order("o6", version, "completed", at(6)));
    expect([orders.store.getState().orders, more(), changed.mock.calls.length]).toEqual([before, true, 0]);
    orders.follow(order("o5", 1, "pending", at(5)));
    expect(ids()).toEqual(["o9", "o8", "o5"]); // an open one is kept before a closed one
    for (const status of ["pending", "completed"]) orders.follow(order("o4", 1, status, at(4)));
    expect(ids()).toEqual(["o9", "o8", "o5"]);
    const release = orders.hold("o4");
    orders.follow(order("o4", 2, "completed", at(4)));
    release();
    expect(ids()).toEqual(["o9", "o8", "o4"]);
  });

  test("with more than the limit the open ones are fetched, too", async () => {
    const { server, orders, ids, more } = few();
    const all = [9, 8, 7, 2, 1].map((n) => order(`o${n}`, 1, n > 2 ? "completed" : "pending", at(n)));
    const asked: string[] = [];
    server.routes["GET /api/orders"] = ({ path }) => {
      asked.push(path);
      const open = path.includes("status=pending");
      return open ? ok({ orders: all.slice(3) }, { nextCursor: null }) : ok({ orders: all.slice(0, 3) }, { nextCursor: "next" });
    };
    await orders.load();
    expect([ids(), more(), asked.length]).toEqual([["o9", "o2", "o1"], true, 2]);
  });
});

describe("notifications", () => {
  const loaded = async () => {
    const given = client();
    given.server.routes["GET /api/notifications"] = () => ok({ notifications: [note("n2"), note("n1", true)] }, { nextCursor: null, unread: 7 });
    await given.metaia.notifications.load();
    return { ...given, notifications: given.metaia.notifications, at: () => given.metaia.notifications.store.getState() };
  };

  test("a new one counts once", async () => {
    const { notifications, at } = await loaded();
    for (let n = 0; n < 2; n++) notifications.arrived({ ...note("n3"), eventId: "e", cursor: "c" });
    expect([at().unread, at().items.map(({ id }) => id)]).toEqual([8, ["n3", "n2", "n1"]]);
  });

  test("the newest are kept, and the count is of all", async () => {
    const { metaia, server } = client({ keep: { notifications: 2 } });
    const at = () => metaia.notifications.store.getState();
    server.routes["GET /api/notifications"] = () => ok({ notifications: [note("n2"), note("n1")] }, { nextCursor: null, unread: 2 });
    await metaia.notifications.load();
    expect(at().more).toBe(false);
    metaia.notifications.arrived({ ...note("n3"), eventId: "e", cursor: "c" });
    expect([at().items.map(({ id }) => id), at().unread, at().more]).toEqual([["n3", "n2"], 3, true]);
    await metaia.notifications.load();
    expect([at().items.map(({ id }) => id), at().more]).toEqual([["n3", "n2"], true]);
  });

  test("reading here and its event count once", async () => {
    const { server, notifications, at } = await loaded();
    server.routes["PUT /api/notifications/n2/read"] = () => ok({ notification: note("n2", true) });
    await notifications.markRead("n2");
    notifications.changed({ by: -1, read: ["n2"], deleted: [], at: "2026-01-01T00:00:09Z", eventId: "e", cursor: "c" });
    expect([at().unread, at().items[0]!.read]).toEqual([6, true]);
  });

  test("reading on another device counts, also of older ones", async () => {
    const { notifications, at } = await loaded();
    notifications.changed({ by: -2, read: ["n2", "n0"], deleted: [], at: "2026-01-01T00:00:09Z", eventId: "e", cursor: "c" });
    expect([at().unread, at().items[0]!.readAt]).toEqual([5, "2026-01-01T00:00:09Z"]);
  });

  test("deleting here and its event count once", async () => {
    const { server, notifications, at } = await loaded();
    server.routes["DELETE /api/notifications/n2"] = () => ok({});
    await notifications.remove("n2");
    notifications.changed({ by: -1, read: [], deleted: ["n2"], at: "2026-01-01T00:00:09Z", eventId: "e", cursor: "c" });
    expect([at().unread, at().items.length]).toEqual([6, 1]);
  });
});
