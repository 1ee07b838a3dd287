// Payouts of partners, the account they are paid to, and requests of customers for credit. Amounts are in major units.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";

export type Payout = Schemas["PayoutOut"];
export type PayoutAccount = Schemas["PayoutAccountOut"];
export type NewPayoutAccount = Schemas["PutPayoutAccount"];
export type Balance = Schemas["BalanceOut"];
export type Credit = Schemas["CreditOut"];
export type CreditRequest = Schemas["CreditRequestOut"];
type Query<P extends "/api/finance/payouts" | "/api/finance/credit/requests"> = NonNullable<paths[P]["get"]["parameters"]["query"]>;
export type PayoutFilter = Query<"/api/finance/payouts">;
export type CreditRequestFilter = Query<"/api/finance/credit/requests">;

export interface Payouts {
  /** The own money by currency; what is `available` can be requested. */
  balances(): Promise<Balance[]>;
  /** Request all that is available in a currency, or a part. Two calls with one `key` are one payout. */
  request(payout: Schemas["RequestPayout"], key?: string): Promise<Payout>;
  /** The own payouts; for staff those of all partners. */
  list(filter?: PayoutFilter, signal?: AbortSignal): Promise<{ payouts: Payout[]; nextCursor: string | null }>;
  get(id: string): Promise<Payout>;
  /** Cancel a payout that was not sent, as it is shown. */
  cancel(payout: Pick<Payout, "id" | "version">): Promise<Payout>;
  /** The account that is paid to, masked; null before one is set. */
  account(): Promise<PayoutAccount | null>;
  /** Set that account; after a change no payout can be requested for a day. */
  setAccount(account: NewPayoutAccount): Promise<PayoutAccount>;
  /** The own credit by currency. */
  credits(): Promise<Credit[]>;
  /** Request credit, or another limit: one request per currency at a time. */
  requestCredit(request: Schemas["RequestCredit"]): Promise<CreditRequest>;
  creditRequests(filter?: CreditRequestFilter, signal?: AbortSignal): Promise<{ requests: CreditRequest[]; nextCursor: string | null }>;
  withdrawCreditRequest(request: Pick<CreditRequest, "id" | "version">): Promise<CreditRequest>;
}

const MONEY = "/api/finance";
const REQUESTS = `${MONEY}/credit/requests`;

/** Return the payouts of a client's user. */
export function payoutsOf({ rest }: Pick<Metaia, "rest">): Payouts {
  const get = async (path: string) => (await rest.send("get", MONEY + path)).data;
  const change = async (method: "post" | "put", path: string, body: object, key = randomId(platformRandom)) => (await rest.send(method, path, { body, key })).data;
  const page = async (path: string, query: object, signal?: AbortSignal) => {
    const { data, meta } = await rest.send("get", path, { query: { ...query }, signal });
    return { ...data, nextCursor: meta.nextCursor ?? null };
  };

  return {
    balances: async () => (await get("/balance")).balances,
    request: async (payout, key) => (await change("post", `${MONEY}/payouts`, payout, key)).payout,
    list: (filter = {}, signal) => page(`${MONEY}/payouts`, filter, signal),
    get: async (id) => (await get(`/payouts/${id}`)).payout,
    cancel: async ({ id, version }) => (await change("post", `${MONEY}/payouts/${id}/cancel`, { expectedVersion: version })).payout,
    account: async () => (await get("/payout-account")).payoutAccount,
    setAccount: async (account) => (await change("put", `${MONEY}/payout-account`, account)).payoutAccount,
    credits: async () => (await get("/credit")).credits,
    requestCredit: async (request) => (await change("post", REQUESTS, request)).request,
    creditRequests: (filter = {}, signal) => page(REQUESTS, filter, signal),
    withdrawCreditRequest: async ({ id, version }) => (await change("post", `${REQUESTS}/${id}/withdraw`, { expectedVersion: version })).request,
  };
}
