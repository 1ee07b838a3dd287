// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { financeOf } from "../src/finance/index.js";
import { useStatements, useSummaries, useTransactions } from "../src/finance/react.js";
import { MetaiaProvider } from "../src/react/index.js";
import { client, ok, problem } from "./fake.js";

const line = (id: string, amount = 10) => ({ id, type: "payment", amount, currency: "INR" });

function setup() {
  const given = client();
  const wrapper = ({ children }: { children: ReactNode }) => <MetaiaProvider client={given.metaia}>{children}</MetaiaProvider>;
  return { ...given, wrapper, finance: financeOf(given.metaia) };
}

test("useTransactions fetches page after page", async () => {
  const { server, wrapper } = setup();
  server.routes["GET /api/finance/transactions"] = ({ path }) =>
    path.includes("cursor=c1") ? ok({ transactions: [line("b")] }, { nextCursor: null }) : ok({ transactions: [line("a")] }, { nextCursor: "c1" });
  const { result } = renderHook(() => useTransactions({ type: "payment" }), { wrapper });
  await vi.waitFor(() => expect(result.current.data?.map(({ id }) => id)).toEqual(["a"]));
  expect(result.current.hasMore).toBe(true);
  act(() => result.current.more());
  await vi.waitFor(() => expect(result.current.data?.map(({ id }) => id)).toEqual(["a", "b"]));
  expect(result.current.hasMore).toBe(false);
  expect(server.of("/api/finance/transactions")[0]!.path).toContain("type=payment");
});

test("an event about a payment fetches once more", async () => {
  const { server, transport, wrapper } = setup();
  server.routes["GET /api/finance/summary"] = () => ok({ summaries: [{ currency: "INR" }] });
  const { result } = renderHook(() => useSummaries(), { wrapper });
  await vi.waitFor(() => expect(result.current.data).toHaveLength(1));
  await vi.waitFor(() => expect(transport.links.length).toBe(1));
  const before = server.of("/api/finance/summary").length;
  act(() => transport.live());
  act(() => {
    transport.last.event("payment_update", { paymentId: "p", eventId: "e1" } as never, "c1");
    transport.last.event("payment_update", { paymentId: "p", eventId: "e2" } as never, "c2");
  });
  await vi.waitFor(() => expect(server.of("/api/finance/summary").length).toBe(before + 1));
});

test("positions are those of the role", async () => {
  const { server, finance } = setup(); // a tailor
  server.routes["GET /api/finance/balance"] = () => ok({ balances: [{ currency: "INR", payable: 5 }] });
  expect(await finance.positions()).toEqual([{ currency: "INR", payable: 5 }]);
});

test("a failure is shown, and ends with the next try", async () => {
  const { server, wrapper } = setup();
  server.routes["GET /api/finance/statements"] = () => problem(403, "forbidden");
  const { result } = renderHook(() => useStatements(), { wrapper });
  await vi.waitFor(() => expect(result.current.error?.code).toBe("forbidden"));
  server.routes["GET /api/finance/statements"] = () => ok({ statements: [{ period: "2026-10" }] }, { nextCursor: null });
  act(() => result.current.reload());
  await vi.waitFor(() => expect(result.current.data).toHaveLength(1));
  expect(result.current.error).toBeNull();
});

test("download gives the file, and the contract's code if there is none", async () => {
  const { finance } = setup();
  vi.stubGlobal("fetch", vi.fn(async () => new Response("%PDF-", { headers: { "Content-Type": "application/pdf" } })));
  expect(await (await finance.download("2026-11", "INR", "pdf")).text()).toBe("%PDF-");
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify({ status: "error", error: { code: "invalid", message: "m", details: {} } }), { status: 422 })));
  await expect(finance.download("2026-11", "INR", "pdf")).rejects.toMatchObject({ status: 422, code: "invalid" });
  vi.unstubAllGlobals();
});
