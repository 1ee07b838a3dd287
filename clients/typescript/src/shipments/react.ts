// Hooks for shipments.
import { useEffect, useState } from "react";
import { asError, type MetaiaError } from "../errors.js";
import { useEvent, useMetaia } from "../react/context.js";
import { shipmentsOf, type Shipment, type Shipments } from "./index.js";

/** The shipments of the provider's client. */
export const useShipmentsClient = (): Shipments => shipmentsOf(useMetaia());

export interface OrderShipmentsHook {
  /** Undefined until they are known. */
  shipments: Shipment[] | undefined;
  error: MetaiaError | null;
  reload(): void;
}

/** The parcels of an order, fetched again after each event about one of them. */
export function useOrderShipments(orderId: string): OrderShipmentsHook {
  const client = useShipmentsClient();
  const [asked, setAsked] = useState(0);
  const [found, setFound] = useState<{ of: string; shipments?: Shipment[]; error: MetaiaError | null }>({ of: orderId, error: null });
  const reload = () => setAsked((before) => before + 1);
  useEvent("shipment_update" as never, (event: { orderId: string }) => void (event.orderId === orderId && reload()));
  useEffect(() => {
    const stop = new AbortController();
    client.ofOrder(orderId, stop.signal).then(
      (shipments) => stop.signal.aborted || setFound({ of: orderId, shipments, error: null }),
      (error: unknown) => stop.signal.aborted || setFound((before) => ({ ...(before.of === orderId ? before : { of: orderId }), error: asError(error) })),
    );
    return () => stop.abort();
  }, [client, orderId, asked]);
  return { shipments: found.of === orderId ? found.shipments : undefined, error: found.error, reload };
}
