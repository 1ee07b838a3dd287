import { expect, test } from "vitest";
import { disputesOf } from "../src/disputes/index.js";
import { payoutsOf } from "../src/payouts/index.js";
import { client, ok, problem } from "./fake.js";

function setup() {
  const given = client();
  return { ...given, payouts: payoutsOf(given.metaia), disputes: disputesOf(given.metaia) };
}

test("a payout is requested once, and cancelled as it is shown", async () => {
  const { payouts, server } = setup();
  server.routes["POST /api/finance/payouts"] = () => ok({ payout: { id: "p1", version: 1 } });
  server.routes["POST /api/finance/payouts/p1/cancel"] = () => problem(409, "stale_version", { version: 2 });
  const payout = await payouts.request({ currency: "INR", amount: 12.5 }, "key-1");
  await expect(payouts.cancel(payout)).rejects.toMatchObject({ code: "stale_version" });
  const [request, cancel] = server.sent.filter(({ method }) => method === "POST");
  expect([request!.headers["Idempotency-Key"], JSON.parse(request!.body!)]).toEqual(["key-1", { currency: "INR", amount: 12.5 }]);
  expect(JSON.parse(cancel!.body!)).toEqual({ expectedVersion: 1 });
});

test("lists have their page, their filter and the next cursor", async () => {
  const { payouts, disputes, server } = setup();
  server.routes["GET /api/finance/payouts"] = () => ok({ payouts: [{ id: "p1" }] }, { nextCursor: "c" });
  server.routes["GET /api/finance/credit/requests"] = () => ok({ requests: [] }, {});
  server.routes["GET /api/disputes"] = () => ok({ disputes: [{ id: "d1" }] }, { nextCursor: null });
  expect(await payouts.list({ status: "paid" })).toEqual({ payouts: [{ id: "p1" }], nextCursor: "c" });
  expect(await payouts.creditRequests()).toEqual({ requests: [], nextCursor: null });
  expect(await disputes.list({ status: "open" })).toEqual({ disputes: [{ id: "d1" }], nextCursor: null });
  expect(server.sent.map(({ path }) => path)).toEqual(["/api/finance/payouts?status=paid", "/api/finance/credit/requests", "/api/disputes?status=open"]);
});

test("the account is null before one is set", async () => {
  const { payouts, server } = setup();
  server.routes["GET /api/finance/payout-account"] = () => ok({ payoutAccount: null });
  server.routes["PUT /api/finance/payout-account"] = ({ body }) => ok({ payoutAccount: { method: JSON.parse(body!).method, version: 1 } });
  expect(await payouts.account()).toBeNull();
  expect(await payouts.setAccount({ method: "upi", holder: "Asha", upi: "asha@bank" })).toMatchObject({ method: "upi" });
});

test("credit is requested, and a request withdrawn", async () => {
  const { payouts, server } = setup();
  server.routes["GET /api/finance/credit"] = () => ok({ credits: [{ currency: "INR" }] });
  server.routes["POST /api/finance/credit/requests"] = () => ok({ request: { id: "r1", version: 1 } });
  server.routes["POST /api/finance/credit/requests/r1/withdraw"] = () => ok({ request: { id: "r1", status: "withdrawn" } });
  expect(await payouts.credits()).toHaveLength(1);
  const request = await payouts.requestCredit({ currency: "INR", limit: 500, reason: "Weekly suits" });
  expect(await payouts.withdrawCreditRequest(request)).toMatchObject({ status: "withdrawn" });
});

test("a dispute is contested as it is shown", async () => {
  const { disputes, server } = setup();
  server.routes["POST /api/disputes/d1/contest"] = () => ok({ dispute: { id: "d1", answer: "contest" } });
  const answer = { summary: "The parcel was signed for.", uploadIds: ["u1"] };
  expect(await disputes.contest({ id: "d1", version: 3 }, answer)).toMatchObject({ answer: "contest" });
  expect(JSON.parse(server.of("/api/disputes/d1/contest")[0]!.body!)).toEqual({ ...answer, expectedVersion: 3 });
});
