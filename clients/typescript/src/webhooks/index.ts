// Outgoing webhooks: the own endpoints, and what was sent to them.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";

export type WebhookEndpoint = Schemas["WebhookEndpointOut"];
export type WebhookEventType = Schemas["WebhookEventTypeOut"];
export type WebhookDelivery = Schemas["WebhookDeliveryOut"];
export type WebhookAttempt = Schemas["WebhookAttemptOut"];
export type WebhookCall = Schemas["WebhookCallOut"];
export type WebhookEndpointStats = Schemas["WebhookEndpointStatsOut"];
export type NewWebhookEndpoint = Pick<Schemas["CreateWebhookEndpoint"], "url" | "events"> & Partial<Schemas["CreateWebhookEndpoint"]>;
export type WebhookEndpointChange = Omit<Schemas["ChangeWebhookEndpoint"], "expectedVersion">;
export type WebhookDeliveryFilter = NonNullable<paths["/api/webhook-endpoints/{endpoint_id}/deliveries"]["get"]["parameters"]["query"]>;

export interface Webhooks {
  /** The types of events that the own endpoints can receive. */
  eventTypes(): Promise<WebhookEventType[]>;
  list(): Promise<WebhookEndpoint[]>;
  get(id: string): Promise<WebhookEndpoint>;
  /** Create an endpoint. `secret` is shown only now. It is active once it has repeated the challenge. */
  create(endpoint: NewWebhookEndpoint): Promise<{ endpoint: WebhookEndpoint; secret: string }>;
  /** Change an endpoint as it is shown; `active` stops it, and lets it go on. */
  change(endpoint: Pick<WebhookEndpoint, "id" | "version">, change: WebhookEndpointChange): Promise<WebhookEndpoint>;
  delete(id: string): Promise<void>;
  /** Replace the secret; the previous one signs too until `previousUntil`. */
  rotateSecret(id: string): Promise<{ secret: string; previousUntil: string }>;
  /** Send the challenge again, and wait for the answer. */
  verify(id: string): Promise<{ endpoint: WebhookEndpoint; call: WebhookCall | null }>;
  /** Send a test event, and wait for the answer. */
  test(id: string): Promise<WebhookCall>;
  stats(id: string): Promise<WebhookEndpointStats>;
  deliveries(id: string, filter?: WebhookDeliveryFilter, signal?: AbortSignal): Promise<{ deliveries: WebhookDelivery[]; nextCursor: string | null }>;
  delivery(id: string): Promise<{ delivery: WebhookDelivery; attempts: WebhookAttempt[] }>;
  /** Send a delivery again now. */
  retry(id: string): Promise<WebhookDelivery>;
  /** Send the events of a time again; return how many. */
  replay(id: string, times: { from: string; to?: string; failedOnly?: boolean }): Promise<number>;
}

const PATH = "/api/webhook-endpoints";
const DELIVERIES = "/api/webhook-deliveries";

/** Return the outgoing webhooks of a client's user. */
export function webhooksOf({ rest }: Pick<Metaia, "rest">): Webhooks {
  const get = async (path: string) => (await rest.send("get", path)).data;
  const post = async (path: string, body: object = {}, key?: string) => (await rest.send("post", path, { body, ...(key && { key }) })).data;

  return {
    eventTypes: async () => (await get("/api/webhook-event-types")).eventTypes,
    list: async () => (await get(PATH)).endpoints,
    get: async (id) => (await get(`${PATH}/${id}`)).endpoint,
    create: (endpoint) => post(PATH, endpoint),
    change: async ({ id, version }, change) => (await rest.send("patch", `${PATH}/${id}`, { body: { ...change, expectedVersion: version } })).data.endpoint,
    delete: async (id) => void (await rest.send("delete", `${PATH}/${id}`)),
    rotateSecret: (id) => post(`${PATH}/${id}/rotate-secret`),
    verify: (id) => post(`${PATH}/${id}/verify`),
    test: async (id) => (await post(`${PATH}/${id}/test`)).call,
    stats: async (id) => (await get(`${PATH}/${id}/stats`)).stats,
    async deliveries(id, filter = {}, signal) {
      const { data, meta } = await rest.send("get", `${PATH}/${id}/deliveries`, { query: { ...filter }, signal });
      return { ...data, nextCursor: meta.nextCursor ?? null };
    },
    delivery: (id) => get(`${DELIVERIES}/${id}`),
    retry: async (id) => (await post(`${DELIVERIES}/${id}/retry`)).delivery,
    replay: async (id, times) => (await post(`${PATH}/${id}/replay`, times, randomId(platformRandom))).count,
  };
}
