// The store of orders under the names of the first partner app.
import type { Schemas } from "./generated/events.js";
import type { Order } from "./errors.js";
import type { Metaia } from "./metaia.js";

type Estimate = Schemas["Accept"]["estimatedTime"];
type PickupEstimate = Schemas["Ready"]["estimatedPickupTime"];

export interface OrderMethods {
  acceptOrder(orderId: string, estimatedTime?: Estimate, message?: string): Promise<Order>;
  rejectOrder(orderId: string, reason: Schemas["Reject"]["reason"], message?: string): Promise<Order>;
  markOrderReady(orderId: string, estimatedPickupTime?: PickupEstimate, message?: string): Promise<Order>;
  /** Change fields of an order in the store only. */
  updateOrderInStore(orderId: string, updates: Partial<Order>): void;
  addOrderToStore(order: Order): void;
  removeOrderFromStore(orderId: string): void;
}

const known = new WeakMap<Metaia, OrderMethods>();

/** Return the methods for a client's orders: changes are shown at once, and taken back if the server refuses them. */
export function orderMethods(metaia: Metaia): OrderMethods {
  const { orders } = metaia;
  const given = <T extends object>(fields: T): T =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
  const methods: OrderMethods = known.get(metaia) ?? {
    acceptOrder: (id, estimatedTime, message) => orders.act(id, "accept", given({ estimatedTime, message }) as Schemas["Accept"]),
    rejectOrder: (id, reason, message) => orders.act(id, "reject", given({ reason, message }) as Schemas["Reject"]),
    markOrderReady: (id, estimatedPickupTime, message) =>
      orders.act(id, "ready", given({ estimatedPickupTime, message }) as Schemas["Ready"]),
    updateOrderInStore: orders.update,
    addOrderToStore: orders.take,
    removeOrderFromStore: orders.remove,
  };
  known.set(metaia, methods);
  return methods;
}
