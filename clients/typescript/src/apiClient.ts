// REST under the names of the first partner app.
import type { Schemas } from "./generated/events.js";
import type { Order } from "./errors.js";
import type { Metaia } from "./metaia.js";
import { platformRandom, randomId } from "./random.js";

export interface ApiClient {
  getOrders(query?: { status?: Order["status"][]; limit?: number; cursor?: string }): Promise<Order[]>;
  getOrder(id: string): Promise<Order>;
  acceptOrder(id: string, data?: Schemas["Accept"]): Promise<Order>;
  rejectOrder(id: string, data: Schemas["Reject"]): Promise<Order>;
  markOrderReady(id: string, data?: Schemas["Ready"]): Promise<Order>;
}

/** Return the functions for a client. A change is retried with its key, so it takes effect once. */
export function createApiClient({ rest, orders }: Metaia): ApiClient {
  async function patch(id: string, action: string, body: unknown): Promise<Order> {
    const options = { path: { order_id: id }, body, key: randomId(platformRandom) };
    const { data } = await rest.send("patch", `/api/orders/{order_id}/${action}`, options);
    orders.take(data.order);
    return data.order;
  }
  return {
    getOrders: async (query = {}) => (await rest.GET("/api/orders", { query })).data.orders,
    getOrder: async (id) => (await rest.GET("/api/orders/{order_id}", { path: { order_id: id } })).data.order,
    acceptOrder: (id, data = {}) => patch(id, "accept", data),
    rejectOrder: (id, data) => patch(id, "reject", data),
    markOrderReady: (id, data = {}) => patch(id, "ready", data),
  };
}

let bound: ApiClient | undefined;

/** Choose the client that `apiClient` uses. */
export function setApiClient(metaia: Metaia): void {
  bound = createApiClient(metaia);
}

/** The functions of the client that `setApiClient` chose. */
export const apiClient = new Proxy({} as ApiClient, {
  get(_, name: keyof ApiClient) {
    if (!bound) throw new Error("Call setApiClient(metaia) before apiClient is used.");
    return bound[name];
  },
});
