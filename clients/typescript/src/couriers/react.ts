// Hooks for couriers.
import { useEffect, useState } from "react";
import { asError, type MetaiaError } from "../errors.js";
import { useMetaia } from "../react/context.js";
import { useStore } from "../react/hooks.js";
import { couriersOf, type Couriers, type Delivery, type Shift } from "./index.js";

/** The courier's functions of the provider's client. */
export const useCouriersClient = (): Couriers => couriersOf(useMetaia());

export interface ShiftHook {
  /** Undefined until it is known. */
  shift: Shift | undefined;
  /** Open deliveries, live: one that another courier claims disappears. */
  open: readonly Delivery[];
  error: MetaiaError | null;
  reload(): void;
}

/** The user's shift, and the deliveries that are open. */
export function useShift(): ShiftHook {
  const client = useCouriersClient();
  const { shift, open } = useStore(client.store);
  const [error, setError] = useState<MetaiaError | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    client.load(stop.signal).then(
      () => stop.signal.aborted || setError(null),
      (reason: unknown) => stop.signal.aborted || setError(asError(reason)),
    );
    return () => stop.abort();
  }, [client, asked]);
  return { shift, open, error, reload: () => setAsked((before) => before + 1) };
}

/** The courier's own deliveries; undefined until they are known. They are fetched again after each change. */
export function useJobs(): { jobs: Delivery[] | undefined; error: MetaiaError | null } {
  const client = useCouriersClient();
  const changes = useStore(client.store, (state) => state.changes);
  const [found, setFound] = useState<{ jobs: Delivery[] | undefined; error: MetaiaError | null }>({ jobs: undefined, error: null });
  useEffect(() => {
    const stop = new AbortController();
    client.mine(stop.signal).then(
      (jobs) => stop.signal.aborted || setFound({ jobs, error: null }),
      (error: unknown) => stop.signal.aborted || setFound((before) => ({ ...before, error: asError(error) })),
    );
    return () => stop.abort();
  }, [client, changes]);
  return found;
}
