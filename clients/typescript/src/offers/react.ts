// Hooks for offers.
import { useCallback, useEffect, useMemo, useState } from "react";
import { asError, type MetaiaError } from "../errors.js";
import { useMetaia } from "../react/context.js";
import { useStore } from "../react/hooks.js";
import { usePaged, type Paged } from "../react/pages.js";
import { offersOf, type Offer, type OfferFilter, type OfferHistory, type Offers } from "./index.js";

/** The offers of the provider's client. */
export const useOffersClient = (): Offers => offersOf(useMetaia());

/** The offers that match `filter`, in its order; each is shown as the store has it, and new ones are fetched. */
export function useOffers(filter: Omit<OfferFilter, "cursor"> = {}): Paged<Offer> {
  const client = useOffersClient();
  const { byId, changes } = useStore(client.store);
  const wanted = JSON.stringify(filter);
  const fetch = useCallback(
    async (cursor: string | undefined, signal: AbortSignal): Promise<[string[], string | null]> => {
      const { offers, nextCursor } = await client.list({ ...JSON.parse(wanted), ...(cursor && { cursor }) }, signal);
      return [offers.map(({ id }) => id), nextCursor];
    },
    [client, wanted],
  );
  const { data: ids, ...page } = usePaged(fetch, changes);
  const data = useMemo(() => ids && [...new Set(ids)].flatMap((id) => byId[id] ?? []), [ids, byId]);
  return { ...page, data };
}

export interface OfferHook {
  /** Undefined until it is known, and for users without access. */
  offer: Offer | undefined;
  /** The rounds and steps, read again with each version. */
  history: OfferHistory | undefined;
  error: MetaiaError | null;
}

/** One offer, live, with its rounds. Its actions expect the version that is shown. */
export function useOffer(id: string): OfferHook {
  const client = useOffersClient();
  const offer = useStore(client.store, ({ byId }) => byId[id]);
  const changes = useStore(client.store, (state) => state.changes);
  const [found, setFound] = useState<Omit<OfferHook, "offer">>({ history: undefined, error: null });
  useEffect(() => {
    let current = true;
    client.history(id).then(
      (history) => {
        if (history.offer) client.take(history.offer);
        if (current) setFound({ history, error: null });
      },
      (error: unknown) => current && setFound((before) => ({ ...before, error: asError(error) })),
    );
    return () => void (current = false);
  }, [client, id, offer?.version, changes]);
  useEffect(() => {
    if (!client.store.getState().byId[id]) client.get(id).catch(() => undefined); // `history` shows the error
  }, [client, id]);
  return { ...found, offer };
}
