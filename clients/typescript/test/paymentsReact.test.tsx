// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import { paymentsOf } from "../src/payments/index.js";
import { useOrderPayments, usePayment, usePaymentMethods, useRefunds } from "../src/payments/react.js";
import { MetaiaProvider } from "../src/react/index.js";
import { client, ok, payment, problem, refund, until } from "./fake.js";

function setup() {
  const given = client();
  const wrapper = ({ children }: { children: ReactNode }) => <MetaiaProvider client={given.metaia}>{children}</MetaiaProvider>;
  given.server.routes["GET /api/payments"] = () => ok({ payments: [payment("p1"), payment("p2")] }, { nextCursor: null });
  given.server.routes["GET /api/refunds"] = () => ok({ refunds: [refund("r1")] }, { nextCursor: null });
  return { ...given, wrapper, payments: paymentsOf(given.metaia) };
}

test("useOrderPayments has the newest first, keeps its result, and ends with the component", async () => {
  const { wrapper, payments, server } = setup();
  const { result, rerender, unmount } = renderHook(() => useOrderPayments("o1"), { wrapper });
  await until(() => result.current.payments.length === 2 && result.current.refunds.length === 1);
  expect(result.current.payments.map(({ id }) => id)).toEqual(["p2", "p1"]);
  const before = result.current;
  rerender();
  expect(result.current).toBe(before);
  act(() => payments.take(payment("p1", 2, "completed")));
  expect(result.current.payments[1]!.status).toBe("completed");
  unmount();
  expect(server.of("/api/payments")).toHaveLength(1);
});

test("usePayment fetches once, useRefunds has those of one payment", async () => {
  const { wrapper, server } = setup();
  server.routes["GET /api/payments/p1"] = () => ok({ payment: payment("p1", 1, "completed") });
  server.routes["GET /api/refunds"] = () => ok({ refunds: [refund("r1"), refund("r2", 1, "failed", { paymentId: "p2" })] }, { nextCursor: null });
  const { result } = renderHook(() => [usePayment("p1")?.status, useRefunds("p1").map(({ id }) => id)], { wrapper });
  await until(() => result.current[0] && result.current[1]!.length);
  expect(result.current).toEqual(["completed", ["r1"]]);
  expect(server.of("/api/payments/p1")).toHaveLength(1);
});

test("usePaymentMethods is asked again when the order changes, and states why not", async () => {
  const { wrapper, server } = setup();
  server.routes["GET /api/payments/methods"] = () => ok({ methods: [{ method: "online", provider: "demo", available: true, reason: null }] });
  const { result, rerender } = renderHook(({ version }) => usePaymentMethods("o1", version), { wrapper, initialProps: { version: 1 } });
  await until(() => result.current.methods?.length);
  server.routes["GET /api/payments/methods"] = () => problem(409, "already_paid");
  rerender({ version: 2 });
  await until(() => result.current.error);
  expect([result.current.methods, result.current.error!.code]).toEqual([undefined, "already_paid"]);
});
