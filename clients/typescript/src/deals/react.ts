// Hooks for deals.
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Message } from "../chat/types.js";
import { asError, type MetaiaError } from "../errors.js";
import { useMetaia } from "../react/context.js";
import { usePaged, type Paged } from "../react/pages.js";
import { dealsOf, joined, type Deal, type DealFilter, type Deals, type Entry, type EntryKind } from "./index.js";

const EMPTY: Loaded = { hasBefore: false, first: null, busy: true, error: null };
const SOON = 300; // ms: one change is often several events

/** The deals of the provider's client. */
export function useDealsClient(): Deals {
  const metaia = useMetaia();
  return useMemo(() => dealsOf(metaia), [metaia]);
}

/** The deals that match `filter`. */
export function useDeals(filter: Omit<DealFilter, "cursor"> = {}): Paged<Deal> {
  const deals = useDealsClient();
  const wanted = JSON.stringify(filter);
  const fetch = useCallback(
    async (cursor: string | undefined, signal: AbortSignal): Promise<[Deal[], string | null]> => {
      const { deals: found, nextCursor } = await deals.list({ ...JSON.parse(wanted), ...(cursor && { cursor }) }, signal);
      return [found, nextCursor];
    },
    [deals, wanted],
  );
  return usePaged(fetch, 0);
}

export interface DealHook {
  /** Undefined until it is known. */
  deal: Deal | undefined;
  /** The loaded part of the timeline, ascending; undefined until the first answer. */
  entries: Entry[] | undefined;
  hasBefore: boolean;
  busy: boolean;
  error: MetaiaError | null;
  /** Load earlier entries. */
  before(): void;
  reload(): void;
}

interface Loaded {
  deal?: Deal | undefined;
  entries?: Entry[] | undefined;
  hasBefore: boolean;
  /** The cursor of the first entry, also of one that the user may not see. */
  first: string | null;
  busy: boolean;
  error: MetaiaError | null;
}

/** One deal with its timeline, live: after an event of the deal what came since is appended. */
export function useDeal(id: string, kinds?: readonly EntryKind[]): DealHook {
  const deals = useDealsClient();
  const wanted = kinds?.join() ?? "";
  const [state, setState] = useState<Loaded>(EMPTY);
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<string | null>(null); // the cursor before which entries are asked for
  const query = useMemo(() => (wanted ? { kinds: wanted.split(",") as EntryKind[] } : {}), [wanted]);

  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    let running: Promise<void> | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (change: (before: Loaded) => Loaded) => signal.aborted || setState(change);

    /** Fetch the deal and its newest entries. If they do not meet the ones that are shown, they take their place. */
    async function load() {
      try {
        const [deal, { entries: newest, firstCursor, hasBefore }] = await Promise.all([deals.get(id, signal), deals.timeline(id, query, signal)]);
        show(({ entries: known = [], first, hasBefore: had }) => {
          const meets = newest.some((one) => known.some((other) => other.id === one.id));
          const rest = meets ? { entries: joined(known, newest, "after"), first, hasBefore: had } : { entries: newest, first: firstCursor, hasBefore };
          return { deal, ...rest, busy: false, error: null };
        });
      } catch (error) {
        show((before) => ({ ...before, busy: false, error: asError(error) }));
      }
    }

    /** A message that was changed is shown at its place; all else is fetched soon. */
    function changed(event?: Partial<Message> & { change?: string }) {
      if (event?.change && event.seq) show((before) => ({ ...before, entries: before.entries?.map((one) => (one.message?.id === event.id ? { ...one, message: { ...one.message, ...event } as Message } : one)) }));
      clearTimeout(timer);
      timer = setTimeout(() => void (running = (running ?? Promise.resolve()).then(load)), SOON);
    }

    setState(EMPTY);
    running = load();
    const end = deals.watch(id, changed);
    return () => {
      stop.abort();
      clearTimeout(timer);
      end();
    };
  }, [deals, id, query, round]);

  useEffect(() => {
    if (!asked) return;
    let current = true;
    const show = (change: (before: Loaded) => Loaded) => current && (setState(change), setAsked(null));
    deals.timeline(id, { ...query, before: asked }).then(
      (page) => show((before) => ({ ...before, entries: joined(before.entries ?? [], page.entries, "before"), first: page.firstCursor ?? before.first, hasBefore: page.hasBefore })),
      (error: unknown) => show((before) => ({ ...before, error: asError(error) })),
    );
    return () => void (current = false);
  }, [deals, id, query, asked]);

  const { entries } = state;
  return {
    deal: state.deal,
    entries,
    hasBefore: state.hasBefore,
    busy: state.busy || !!asked,
    error: state.error,
    before: () => setAsked(state.first),
    reload: () => setRound((before) => before + 1),
  };
}
