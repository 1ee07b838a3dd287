// Hooks for figures. They are fetched again when `analytics:tick` states that they have changed.
import { useCallback, useEffect, useState } from "react";
import { useEvent, useMetaia } from "../react/context.js";
import { usePaged, type Paged } from "../react/pages.js";
import { analyticsOf, type Analytics, type Dashboard, type DrillItem, type FigureMeta, type FigurePeriod, type Figures, type FigureSet } from "./index.js";

/** The figures of the provider's client. */
export const useAnalyticsClient = (): Analytics => analyticsOf(useMetaia());

export interface Fetched<T> {
  data: T | undefined;
  meta: FigureMeta | undefined;
  error: unknown;
  reload(): void;
}

const TICK = "analytics:tick" as never;

function useFetched<T>(fetch: (signal: AbortSignal) => Promise<{ data: T; meta: FigureMeta }>, changes: number): Fetched<T> {
  const [found, setFound] = useState<Omit<Fetched<T>, "reload">>({ data: undefined, meta: undefined, error: null });
  const [again, setAgain] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    fetch(abort.signal).then(
      ({ data, meta }) => abort.signal.aborted || setFound({ data, meta, error: null }),
      (error: unknown) => abort.signal.aborted || setFound((before) => ({ ...before, error })),
    );
    return () => abort.abort();
  }, [fetch, changes, again]);
  return { ...found, reload: () => setAgain((before) => before + 1) };
}

/** The dashboard of staff. */
export function useDashboard(query: { tz?: string; currency?: string } = {}): Fetched<Dashboard> {
  const client = useAnalyticsClient();
  const [changes, setChanges] = useState(0);
  const wanted = JSON.stringify(query);
  useEvent(TICK, () => setChanges((before) => before + 1));
  const fetch = useCallback(async (signal: AbortSignal) => {
    const { dashboard, meta } = await client.dashboard(JSON.parse(wanted), signal);
    return { data: dashboard, meta };
  }, [client, wanted]);
  return useFetched(fetch, changes);
}

/** A set of figures of a period. */
export function useFigures(set: FigureSet, period: FigurePeriod & { compare?: "previous" | "year" }): Fetched<Figures> {
  const client = useAnalyticsClient();
  const [changes, setChanges] = useState(0);
  const wanted = JSON.stringify(period);
  useEvent(TICK, ({ changed }: { changed: string[] }) => changed.includes(set) && setChanges((before) => before + 1));
  const fetch = useCallback(async (signal: AbortSignal) => {
    const { figures, meta } = await client.figures(set, JSON.parse(wanted), signal);
    return { data: figures, meta };
  }, [client, set, wanted]);
  return useFetched(fetch, changes);
}

/** What is behind a value, page by page, with the number of all. */
export function useDrill(set: FigureSet, period: FigurePeriod & { value: string; bucket?: string }): Paged<DrillItem> & { count: number | undefined } {
  const client = useAnalyticsClient();
  const [count, setCount] = useState<number>();
  const wanted = JSON.stringify(period);
  const fetch = useCallback(async (cursor: string | undefined, signal: AbortSignal): Promise<[DrillItem[], string | null]> => {
    const found = await client.drill(set, { ...JSON.parse(wanted), ...(cursor && { cursor }) }, signal);
    if (!signal.aborted) setCount(found.count);
    return [found.items, found.nextCursor];
  }, [client, set, wanted]);
  return { ...usePaged(fetch, 0), count };
}
