import { describe, expect, test, vi } from "vitest";
import { isConflict } from "../src/errors.js";
import { client, ok, order, problem, token } from "./fake.js";

vi.spyOn(Math, "random").mockReturnValue(0); // no jitter: retries follow at once

describe("rest", () => {
  test("fills in path and query, and unwraps the envelope", async () => {
    const { metaia, server } = client();
    server.routes["GET /api/orders/a%2Fb"] = () => ok({ order: order("a/b", 1) });
    const { data } = await metaia.rest.GET("/api/orders/{order_id}", { path: { order_id: "a/b" }, query: {} });
    expect(data.order.id).toBe("a/b");
    expect(server.sent[0]!.headers["Authorization"]).toMatch(/^Bearer h\./);
  });

  test("repeats a change with its key and the same text", async () => {
    const { metaia, server } = client();
    const replies = [new TypeError("cut"), problem(503, "unavailable", {}, { "Retry-After": "0" }), ok({ order: order("o1", 2) })];
    server.routes["POST /api/orders"] = () => replies.shift()!;
    await metaia.rest.POST("/api/orders", { body: { items: [] }, key: "k1" });
    expect(server.sent).toHaveLength(3);
    expect(new Set(server.sent.map((one) => one.body)).size).toBe(1);
    expect(server.sent.every((one) => one.headers["Idempotency-Key"] === "k1")).toBe(true);
  });

  test("never repeats a change without a key", async () => {
    const { metaia, server } = client();
    server.routes["POST /api/orders"] = () => new TypeError("cut");
    await expect(metaia.rest.POST("/api/orders", { body: { items: [] } })).rejects.toMatchObject({ code: "network" });
    expect(server.sent).toHaveLength(1);
  });

  test.each([400, 403, 404, 409, 422])("never repeats a %i", async (status) => {
    const { metaia, server } = client();
    server.routes["GET /api/orders"] = () => problem(status, "no");
    await expect(metaia.rest.GET("/api/orders")).rejects.toMatchObject({ status, code: "no", requestId: "r1" });
    expect(server.sent).toHaveLength(1);
  });

  test("gives up after five tries", async () => {
    const { metaia, server } = client();
    server.routes["GET /api/orders"] = () => problem(503, "unavailable");
    await expect(metaia.rest.GET("/api/orders")).rejects.toMatchObject({ status: 503 });
    expect(server.sent).toHaveLength(5);
  });

  test("gets another token once when the server refuses one", async () => {
    let n = 0;
    const { metaia, server } = client({ tokens: { access: async () => ({ accessToken: token(++n) }) } });
    server.routes["GET /api/orders"] = ({ headers }) =>
      headers["Authorization"] === `Bearer ${token(2)}` ? ok({ orders: [] }) : problem(401, "token_expired");
    await metaia.rest.GET("/api/orders");
    expect(server.sent).toHaveLength(2);
  });

  test("a server that does not answer is a timeout", async () => {
    const { metaia, server } = client();
    server.fetch = vi.fn();
    const never = client({ fetch: ((_: any, init: any) => new Promise((_ok, no) => init.signal.addEventListener("abort", () => no(new Error("x"))))) as any });
    await expect(never.metaia.rest.GET("/api/orders", { timeout: 20, tries: 1 })).rejects.toMatchObject({ code: "timeout" });
    expect(metaia).toBeTruthy();
  });

  test("a long Retry-After is the caller's matter", async () => {
    const { metaia, server } = client();
    server.routes["GET /api/orders"] = () => problem(429, "rate_limited", {}, { "Retry-After": "3600" });
    await expect(metaia.rest.GET("/api/orders")).rejects.toMatchObject({ code: "rate_limited", retryAfter: 3600 });
    expect(server.sent).toHaveLength(1);
  });

  test("an aborted request is not repeated", async () => {
    const { metaia, server } = client();
    const stop = new AbortController();
    server.routes["GET /api/orders"] = () => (stop.abort(), ok({ orders: [] }));
    await expect(metaia.rest.GET("/api/orders", { signal: stop.signal })).rejects.toMatchObject({ code: "aborted" });
    expect(server.sent).toHaveLength(1);
  });

  test("a page of a proxy is not an answer", async () => {
    const { metaia } = client({ fetch: (async () => new Response("<html>")) as any });
    await expect(metaia.rest.GET("/api/orders")).rejects.toMatchObject({ code: "unreadable_answer" });
  });

  test("a conflict carries the current order", async () => {
    const { metaia, server } = client();
    server.routes["PATCH /api/orders/o1/accept"] = () => problem(409, "illegal_transition", { order: order("o1", 4, "cancelled") });
    const error = await metaia.rest
      .PATCH("/api/orders/{order_id}/accept", { path: { order_id: "o1" }, body: {} })
      .catch((found: unknown) => found);
    expect(isConflict(error) && error.details.order.status).toBe("cancelled");
  });
});
