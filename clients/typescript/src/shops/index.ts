// Shops: the directory, a shop with its menu, the price of a cart, and orders from it.
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";
import { createSaved, type Saved } from "./saved.js";
import type { Cart, Category, Menu, Order, Quote, Shop, ShopFilter } from "./types.js";

export { costOf, priceOf, sellable } from "./menu.js";
export type * from "./types.js";

export interface ShopsState {
  byId: Record<string, Shop>;
  /** Rises when events may have been missed. */
  changes: number;
}

export interface Shops extends Saved {
  /** The shops that were loaded; `partner:changed` keeps the availability of those that are watched. */
  store: StoreApi<ShopsState>;
  /** The published shops. Needs no login. */
  list(filter?: ShopFilter, signal?: AbortSignal): Promise<{ shops: Shop[]; nextCursor: string | null }>;
  /** One shop by its id or its slug; with `deliversTo` (`lat,lng`) its terms of delivery to there. */
  get(id: string, query?: { near?: string; deliversTo?: string }): Promise<Shop>;
  categories(): Promise<Category[]>;
  /** What a shop sells; null if it is that of `etag` still. */
  menu(id: string, etag?: string, signal?: AbortSignal): Promise<{ menu: Menu; etag: string | undefined } | null>;
  /**
   * Call `changed` when a menu has changed, and each time the shop's room is entered (changes before that may have been
   * missed), until the returned function is called.
   */
  watch(id: string, changed: () => void): () => void;
  /** What a cart costs, and why it cannot be ordered if so. Writes nothing. */
  quote(cart: Cart, signal?: AbortSignal): Promise<Quote>;
  /**
   * Order a cart at the price of a quote. Two calls with one `key` are one order. Rejects with `price_changed`, with the
   * present quote as `details.quote` and the differences as `details.changed`.
   */
  order(cart: Cart & { quoteId?: string }, key?: string): Promise<Order>;
  follow(id: string, on?: boolean): Promise<void>;
}

const LIST = "/api/partners";
const made = new WeakMap<Metaia, Shops>();

/** Return the shops of a client: the same object each time. */
export function shopsOf(metaia: Metaia): Shops {
  const known = made.get(metaia) ?? createShops(metaia);
  made.set(metaia, known);
  return known;
}

function createShops(metaia: Metaia): Shops {
  const { rest, connection, auth, rooms, orders } = metaia;
  const on = metaia.on as (name: string, handler: (event: any) => void) => () => void;
  const store = createStore<ShopsState>(() => ({ byId: {}, changes: 0 }));
  const one = (id: string) => ({ path: { partner_id: id } });
  const known = () => ({ auth: !!auth.user });

  function take(shop: Shop): Shop {
    store.setState(({ byId }) => ({ byId: { ...byId, [shop.id]: { ...byId[shop.id], ...shop } } }));
    return shop;
  }

  on("partner:changed", ({ partnerId, availability, acceptsOrders = availability !== "closed", opensAt, pausedUntil }: { partnerId: string } & Pick<Shop, "availability" | "acceptsOrders" | "opensAt" | "pausedUntil">) => {
    const before = store.getState().byId[partnerId];
    if (before) take({ ...before, availability, acceptsOrders, opensAt, pausedUntil });
  });
  connection.store.subscribe(({ state }, before) => {
    if (state === "live" && before.state === "refetching") store.setState(({ changes }) => ({ changes: changes + 1 }));
  });
  let owner = auth.user?.id;
  auth.onChange((user) => {
    if (owner && user?.id !== owner) store.setState({ byId: {} });
    owner = user?.id;
  });

  return {
    ...createSaved(rest),
    store,
    async list(filter = {}, signal) {
      const { data, meta } = await rest.send("get", LIST, { query: { ...filter }, signal, ...known() });
      return { shops: (data.partners as Shop[]).map(take), nextCursor: meta.nextCursor ?? null };
    },
    get: async (id, query = {}) => take((await rest.send("get", `${LIST}/{partner_id}`, { ...one(id), query, ...known() })).data.partner),
    categories: async () => (await rest.send("get", "/api/categories", { auth: false })).data.categories,
    async menu(id, etag, signal) {
      const headers: Record<string, string> = etag ? { "If-None-Match": etag } : {};
      const answer = await rest.send("get", `${LIST}/{partner_id}/menu`, { ...one(id), headers, signal, ...known() });
      return answer.status === 304 ? null : { menu: answer.data, etag: answer.etag };
    },
    watch(id, changed) {
      const ends = [
        rooms.onJoined((kind, joined) => kind === "partner" && joined === id && changed()),
        on("menu:changed", ({ partnerId }) => void (partnerId === id && changed())),
        rooms.join("partner", id),
      ];
      return () => ends.forEach((end) => end());
    },
    quote: async (cart, signal) => (await rest.send("post", "/api/orders/quote", { body: cart, signal, ...known() })).data.quote,
    async order(cart, key = randomId(platformRandom)) {
      const { data } = await rest.send("post", "/api/orders", { body: cart, key });
      orders.take(data.order);
      return data.order;
    },
    async follow(id, following = true) {
      const { data } = await rest.send(following ? "put" : "delete", `${LIST}/{partner_id}/follow`, one(id));
      const before = store.getState().byId[id];
      if (before) take({ ...before, following: data.following, followers: data.followers });
    },
  };
}
