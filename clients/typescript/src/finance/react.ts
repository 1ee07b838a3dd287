// Hooks for money. They fetch again after events that may have moved it.
import { useCallback } from "react";
import { useMetaia } from "../react/context.js";
import { useStore } from "../react/hooks.js";
import { usePaged, type Fetch, type Loaded, type Paged } from "../react/pages.js";
import { financeOf, type Finance, type Position, type Statement, type Summary, type Transaction, type TransactionFilter } from "./index.js";

export type { Fetch, Loaded, Paged } from "../react/pages.js";

/** The money of the provider's client. */
export const useFinance = (): Finance => financeOf(useMetaia());

/** The lines of the user's account that match `filter`, the latest first. */
export function useTransactions(filter: Omit<TransactionFilter, "cursor"> = {}): Paged<Transaction> {
  const finance = useFinance();
  const wanted = JSON.stringify(filter);
  return usePages(
    useCallback(
      async (cursor, signal) => {
        const { transactions, nextCursor } = await finance.transactions({ ...JSON.parse(wanted), cursor }, signal);
        return [transactions, nextCursor];
      },
      [finance, wanted],
    ),
  );
}

/** The issued statements, the latest first. */
export function useStatements(): Paged<Statement> {
  const finance = useFinance();
  return usePages(
    useCallback(
      async (cursor, signal) => {
        const { statements, nextCursor } = await finance.statements(cursor, signal);
        return [statements, nextCursor];
      },
      [finance],
    ),
  );
}

/** What the user has now, by currency: the balance of a partner or courier, the credit of a customer. */
export function usePositions(): Loaded<Position[]> {
  const finance = useFinance();
  const { data, busy, error, reload } = usePages<Position>(useCallback(async (_, signal) => [await finance.positions(signal), null], [finance]));
  return { data, busy, error, reload };
}

/** What a period was worth, by currency; default: the last 30 days. */
export function useSummaries(period: { from?: string; to?: string } = {}): Loaded<Summary[]> {
  const finance = useFinance();
  const wanted = JSON.stringify(period);
  const { data, busy, error, reload } = usePages<Summary>(
    useCallback(async (_, signal) => [await finance.summaries(JSON.parse(wanted), signal), null], [finance, wanted]),
  );
  return { data, busy, error, reload };
}

/** Rows that come in pages; they are fetched again after events that may have moved money. */
export function usePages<T>(fetch: Fetch<T>): Paged<T> {
  return usePaged(fetch, useStore(useFinance().store, (state) => state.changes));
}
