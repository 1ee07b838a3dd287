// Money: the lines of the user's account, sums of a period, statements of months.
import { createStore, type StoreApi } from "zustand/vanilla";
import type { components } from "../generated/schema.js";
import type { Metaia } from "../metaia.js";

type Out = components["schemas"];
export type Transaction = Out["TransactionOut"];
export type TransactionType = Transaction["type"];
export type Summary = Out["SummaryOut"];
export type Statement = Out["StatementOut"];
export type StatementLine = Out["StatementLine"];

/** What a user has, in one currency: a partner or courier what can be paid out and the cash in hand, a customer the credit. */
export type Position = { currency: string } & Partial<Record<"payable" | "held" | "cashInHand" | "inHand" | "available" | "limit" | "balance" | "overdue", number>>;

export interface TransactionFilter {
  type?: TransactionType | undefined;
  currency?: string | undefined;
  /** Times of booking, as RFC 3339. */
  from?: string | undefined;
  to?: string | undefined;
  orderId?: string | undefined;
  /** Part of an order's id, or of an id at the payment provider. */
  q?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface Finance {
  /** Rises after an event that may have moved the user's money. */
  store: StoreApi<{ changes: number }>;
  /** What the user has now, by currency; by the role of the user. */
  positions(signal?: AbortSignal): Promise<Position[]>;
  transactions(filter?: TransactionFilter, signal?: AbortSignal): Promise<{ transactions: Transaction[]; nextCursor: string | null }>;
  /** What a period was worth, by currency; default: the last 30 days. */
  summaries(period?: { from?: string | undefined; to?: string | undefined }, signal?: AbortSignal): Promise<Summary[]>;
  /** The issued statements, the latest first. */
  statements(cursor?: string, signal?: AbortSignal): Promise<{ statements: Statement[]; nextCursor: string | null }>;
  /** A month such as `2026-11`, issued or preliminary. */
  statement(period: string, currency: string): Promise<{ statement: Statement; transactions: StatementLine[] }>;
  /** The file of a statement. */
  download(period: string, currency: string, format: "csv" | "pdf"): Promise<Blob>;
}

const MOVING = /^(payment_update|order_update|finance:)/;
const SOON = 500; // ms: one change of money is several events
const PATIENCE = 60_000; // ms for a file
// By role, the route and its list.
const PLACES = { customer: ["credit", "credits"], delivery: ["balance", "balances"], partner: ["balance", "balances"] } as const;
const made = new WeakMap<Metaia, Finance>();

/** Return the money of a client's user: the same object each time. */
export function financeOf(metaia: Metaia): Finance {
  const known = made.get(metaia) ?? createFinance(metaia);
  made.set(metaia, known);
  return known;
}

function createFinance({ rest, onAny, auth }: Metaia): Finance {
  const store = createStore(() => ({ changes: 0 }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => store.setState(({ changes }) => ({ changes: changes + 1 })), SOON);
  };
  onAny((_, name) => void (MOVING.test(name) && changed()));
  auth.onChange(changed);
  const path = "/api/finance/statements/{period}";

  return {
    store,
    async positions(signal) {
      const [name, of] = PLACES[auth.user?.role as keyof typeof PLACES] ?? PLACES.partner;
      return (await rest.send("get", `/api/finance/${name}`, { signal })).data[of];
    },
    async transactions(filter = {}, signal) {
      const { data, meta } = await rest.send("get", "/api/finance/transactions", { query: { ...filter }, signal });
      return { transactions: data.transactions, nextCursor: meta.nextCursor };
    },
    async summaries(period = {}, signal) {
      return (await rest.send("get", "/api/finance/summary", { query: { ...period }, signal })).data.summaries;
    },
    async statements(cursor, signal) {
      const { data, meta } = await rest.send("get", "/api/finance/statements", { query: { cursor }, signal });
      return { statements: data.statements, nextCursor: meta.nextCursor };
    },
    async statement(period, currency) {
      return (await rest.send("get", path, { path: { period }, query: { currency }, timeout: PATIENCE })).data;
    },
    async download(period, currency, format) {
      let file: Blob | undefined;
      // The answer is no JSON: its content is kept, and the client gets an empty answer in its place.
      const keeping: typeof fetch = async (input, init) => {
        const answer = await globalThis.fetch(input, init);
        if (!answer.ok) return answer;
        file = await answer.blob();
        return new Response("{}");
      };
      await rest.send("get", path, { path: { period }, query: { currency, format }, fetch: keeping, timeout: PATIENCE });
      return file!;
    },
  };
}
