// Hooks for shops: the directory, a shop, its menu, the price of a cart.
import { useCallback, useEffect, useMemo, useState } from "react";
import { asError, type MetaiaError } from "../errors.js";
import { sleep } from "../http.js";
import { useMetaia } from "../react/context.js";
import { useStore } from "../react/hooks.js";
import { usePaged, type Paged } from "../react/pages.js";
import { shopsOf, type Cart, type Menu, type Quote, type Shop, type ShopFilter, type Shops } from "./index.js";

const LEAST = 1_000; // ms between two requests for a menu that only the clock has changed
const LONGEST = 60_000; // ms without an event until a menu is asked for again
const AGAIN = 5_000; // ms after a failure
const TYPING = 250; // ms after the last change of a cart

/** The shops of the provider's client. */
export const useShopsClient = (): Shops => shopsOf(useMetaia());

/** The published shops that match `filter`, in its order; availability is that of the store. */
export function useShops(filter: Omit<ShopFilter, "cursor"> = {}): Paged<Shop> {
  const client = useShopsClient();
  const { byId, changes } = useStore(client.store);
  const wanted = JSON.stringify(filter);
  const fetch = useCallback(
    async (cursor: string | undefined, signal: AbortSignal): Promise<[Shop[], string | null]> => {
      const { shops, nextCursor } = await client.list({ ...JSON.parse(wanted), ...(cursor && { cursor }) }, signal);
      return [shops, nextCursor];
    },
    [client, wanted],
  );
  const { data, ...page } = usePaged(fetch, changes);
  return { ...page, data: useMemo(() => data?.map((one) => ({ ...one, ...byId[one.id] })), [data, byId]) };
}

export interface ShopHook {
  /** Undefined until it is known. */
  shop: Shop | undefined;
  error: MetaiaError | null;
  reload(): void;
}

/** One shop, live. `deliversTo` (`lat,lng`) asks for its terms of delivery. */
export function useShop(id: string, deliversTo?: string): ShopHook {
  const client = useShopsClient();
  const changes = useStore(client.store, (state) => state.changes);
  const [last, setFound] = useState<{ of?: string; id?: string; error: MetaiaError | null }>({ error: null });
  const [asked, setAsked] = useState(0);
  const found: typeof last = last.of === id ? last : { error: null }; // not that of another shop
  const key = found.id;
  const shop = useStore(client.store, ({ byId }) => (key ? byId[key] : undefined));
  useEffect(() => {
    let current = true;
    client.get(id, deliversTo ? { deliversTo } : {}).then(
      (shop) => current && setFound({ of: id, id: shop.id, error: null }),
      (error: unknown) => current && setFound((before) => ({ ...(before.of === id && before), of: id, error: asError(error) })),
    );
    return () => void (current = false);
  }, [client, id, deliversTo, changes, asked]);
  return { shop, error: found.error, reload: () => setAsked((before) => before + 1) };
}

export interface MenuHook {
  menu: Menu | undefined;
  error: MetaiaError | null;
  /** The server's time of the last answer or change by the clock: what is sold out now depends on it. */
  now: number;
}

/** What a shop sells, live: a product that is sold out is shown so within a second. */
export function useMenu(id: string | undefined): MenuHook {
  const client = useShopsClient();
  const { connection } = useMetaia();
  const [found, setFound] = useState<MenuHook>({ menu: undefined, error: null, now: connection.serverTime() });
  useEffect(() => {
    if (!id) return;
    const stop = new AbortController();
    let wake = () => {};
    const leave = client.watch(id, () => wake());
    const show = (change: Partial<MenuHook>) => setFound((before) => ({ ...before, ...change, now: connection.serverTime() }));
    void follow(client, id, stop.signal, connection.serverTime, show, (next) => (wake = next));
    return () => (stop.abort(), leave());
  }, [client, connection, id]);
  return found;
}

/** Ask for a menu; again when it has changed, and when the clock changes it. */
async function follow(client: Shops, id: string, signal: AbortSignal, clock: () => number, show: (change: Partial<MenuHook>) => void, onWake: (wake: () => void) => void) {
  let etag: string | undefined;
  let until: string | null | undefined;
  while (!signal.aborted) {
    const woken = new Promise<void>((wake) => onWake(wake)); // also while the answer is on its way
    let pause = LONGEST;
    try {
      const answer = await client.menu(id, etag, signal);
      if (signal.aborted) return;
      if (answer) ({ etag, menu: { validUntil: until } } = answer);
      show(answer ? { menu: answer.menu, error: null } : { error: null });
      if (until) pause = Math.min(LONGEST, Math.max(LEAST, Date.parse(until) - clock()));
    } catch (error) {
      if (signal.aborted) return;
      show({ error: asError(error) });
      pause = AGAIN;
    }
    const waiting = new AbortController();
    const end = () => waiting.abort();
    signal.addEventListener("abort", end);
    await Promise.race([woken, sleep(pause, waiting.signal).catch(() => undefined)]);
    signal.removeEventListener("abort", end);
    waiting.abort();
  }
}

export interface QuoteHook {
  /** The last answer; while another one is on its way it is that of the cart before. */
  quote: Quote | undefined;
  busy: boolean;
  error: MetaiaError | null;
  /** Show a quote that another answer contained. */
  show(quote: Quote): void;
}

/** What a cart costs, asked for again after each change; null asks for nothing. */
export function useQuote(cart: Cart | null, changes: number | string = 0): QuoteHook {
  const client = useShopsClient();
  const [found, setFound] = useState<Omit<QuoteHook, "show">>({ quote: undefined, busy: false, error: null });
  const wanted = cart && JSON.stringify(cart);
  useEffect(() => {
    if (!wanted) return setFound({ quote: undefined, busy: false, error: null });
    const stop = new AbortController();
    const { signal } = stop;
    setFound((before) => ({ ...before, busy: true }));
    sleep(TYPING, signal)
      .then(() => client.quote(JSON.parse(wanted), signal))
      .then(
        (quote) => signal.aborted || setFound({ quote, busy: false, error: null }),
        (error: unknown) => signal.aborted || setFound((before) => ({ ...before, busy: false, error: asError(error) })),
      );
    return () => stop.abort();
  }, [client, wanted, changes]);
  const show = useCallback((quote: Quote) => setFound({ quote, busy: false, error: null }), []);
  return { ...found, show };
}
