// Offers: made, countered, accepted; the store follows events, and nobody accepts what they have not seen.
import { createStore, type StoreApi } from "zustand/vanilla";
import { asError } from "../errors.js";
import type { Events, Schemas } from "../generated/events.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";
import type { Accepted, NewOffer, Offer, OfferAnalytics, OfferBodies, OfferFiguresQuery, OfferFilter, OfferHistory, OfferResult } from "./types.js";

export type * from "./types.js";

export interface OffersState {
  byId: Record<string, Offer>;
  /** Rises when a list may have other offers. */
  changes: number;
}

export interface Offers {
  /** The offers that were loaded; `offer:updated` keeps them up to date. */
  store: StoreApi<OffersState>;
  list(filter?: OfferFilter, signal?: AbortSignal): Promise<{ offers: Offer[]; nextCursor: string | null }>;
  /** One offer; with `asOf` (RFC 3339) as it was, which the store does not keep. */
  get(id: string, asOf?: string): Promise<Offer>;
  history(id: string): Promise<OfferHistory>;
  /** Two calls with one `key` are one offer. */
  create(offer: NewOffer, key?: string): Promise<Offer>;
  /** Accept the offer as it is shown, which places the order. Rejects with `stale_version` if there is a newer round. */
  accept(id: string, body?: OfferBodies["accept"]): Promise<Accepted>;
  /** Answer or change an offer that is as the store has it; after a 409 the store has its new state. */
  act<A extends Exclude<keyof OfferBodies, "accept">>(id: string, action: A, body: OfferBodies[A]): Promise<Offer>;
  bulk(action: Schemas["Bulk"]["action"], ids: readonly string[]): Promise<OfferResult[]>;
  /** Counts, conversion, times, values by currency, from a time up to another one, 400 days at most; `partnerId` is for staff. */
  analytics(query: OfferFiguresQuery): Promise<OfferAnalytics>;
  /** Put what another answer contained into the store, unless a newer version is there. */
  take(offer: Offer): Offer;
}

const LIST = "/api/offers";
const LISTED_BY = ["status", "turn", "updatedAt"] as const; // filters and orders of lists depend on these
const made = new WeakMap<Metaia, Offers>();

/** Return the offers of a client: the same object each time. */
export function offersOf(metaia: Metaia): Offers {
  const known = made.get(metaia) ?? createOffers(metaia);
  made.set(metaia, known);
  return known;
}

function createOffers({ rest, connection, on, auth }: Metaia): Offers {
  const store = createStore<OffersState>(() => ({ byId: {}, changes: 0 }));
  const one = (id: string) => ({ path: { offer_id: id } });

  function take(offer: Offer): Offer {
    const before = store.getState().byId[offer.id];
    if (before && before.version > offer.version) return before;
    store.setState(({ byId }) => ({ byId: { ...byId, [offer.id]: offer } }));
    return offer;
  }

  async function get(id: string, asOf?: string): Promise<Offer> {
    const { offer } = (await rest.send("get", `${LIST}/{offer_id}`, { ...one(id), query: { asOf } })).data;
    return asOf ? offer : take(offer);
  }

  const missed = () => store.setState(({ changes }) => ({ changes: changes + 1 }));

  function changed({ offer }: Events["offer:updated"]) {
    const before = store.getState().byId[offer.id];
    if (before && before.version >= offer.version) return;
    take(offer);
    if (LISTED_BY.some((field) => before?.[field] !== offer[field])) missed();
  }

  async function act(id: string, action: string, given: object): Promise<Accepted> {
    const version = store.getState().byId[id]?.version;
    const body = { ...(version !== undefined && { expectedVersion: version }), ...given };
    try {
      const { data } = await rest.send("patch", `${LIST}/{offer_id}/${action}`, { ...one(id), body, key: randomId(platformRandom) });
      return { ...data, offer: take(data.offer) };
    } catch (error) {
      const { status, details } = asError(error);
      if (details["offer"]) take(details["offer"] as Offer);
      else if (status === 409) await get(id).catch(() => undefined);
      throw error;
    }
  }

  on("offer:created", changed);
  on("offer:updated", changed);
  connection.store.subscribe(({ state }, before) => {
    if (state === "live" && before.state === "refetching") missed();
  });
  let owner = auth.user?.id;
  auth.onChange((user) => {
    if (owner && user?.id !== owner) store.setState({ byId: {} });
    owner = user?.id;
  });

  return {
    store,
    take,
    get,
    async list({ status, ...filter } = {}, signal) {
      const query = { ...filter, ...(status && { status: [status].flat().join() }) };
      const { data, meta } = await rest.send("get", LIST, { query, signal });
      return { offers: (data.offers as Offer[]).map(take), nextCursor: meta.nextCursor ?? null };
    },
    history: async (id) => (await rest.send("get", `${LIST}/{offer_id}/history`, one(id))).data,
    create: async (offer, key = randomId(platformRandom)) => take((await rest.send("post", LIST, { body: offer, key })).data.offer),
    accept: (id, body = {}) => act(id, "accept", body),
    act: async (id, action, body) => (await act(id, action, body)).offer,
    async bulk(action, ids) {
      const { results } = (await rest.send("post", `${LIST}/bulk`, { body: { action, ids }, key: randomId(platformRandom) })).data;
      missed();
      return results;
    },
    analytics: async (query) => (await rest.send("get", `${LIST}/analytics`, { query: { ...query } })).data,
  };
}
