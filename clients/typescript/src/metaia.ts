// Puts the parts of a client together.
import { createAuth, type Auth } from "./auth.js";
import type { Connection } from "./connection-types.js";
import { createConnection } from "./connection.js";
import { MetaiaError, type Order } from "./errors.js";
import { browserLifecycle, browserNetwork, type Lifecycle, type Network } from "./hints.js";
import { createRest, type Rest } from "./http.js";
import { createNotifications, type Notifications } from "./notifications.js";
import { createOrders, type Orders } from "./orders.js";
import { owned } from "./owned.js";
import { platformRandom, type Random } from "./random.js";
import { createRooms, type Rooms } from "./rooms.js";
import { defaultStorage, type Storage } from "./storage.js";
import { createStream, type AnyHandler, type Stream } from "./stream.js";
import { createToasts, type Toasts } from "./toasts.js";
import { createTokens, type SessionStore, type TokenSource, type User } from "./tokens.js";
import type { Transport, TransportName } from "./transports/transport.js";

export interface MetaiaOptions {
  /** `https://…` without a slash at the end; empty for the page's own server. */
  baseUrl: string;
  /** Where the cursor is kept, and the session unless `tokens` is given. */
  storage?: Storage;
  /** Where the session is kept, or what gives access tokens. */
  tokens?: SessionStore | TokenSource;
  network?: Network;
  lifecycle?: Lifecycle;
  random?: Random;
  fetch?: typeof fetch;
  /** The ways to the event stream, the best first. */
  transports?: TransportName[];
  /** How many orders and notifications are kept (1,000 and 50); 0: none are fetched. */
  keep?: { orders?: number; notifications?: number };
  /** Fetch your own state: the first time, and when the cursor is too old. */
  onResync?: () => Promise<void> | void;
  onSignedOut?: (code: string) => void;
  /** What handlers of events throw (the console). */
  onError?: (error: unknown) => void;
}

export interface Metaia {
  auth: Auth;
  rest: Rest;
  connection: Connection;
  /** Handle events of one name; returns a function that ends it. An event counts as handled when a returned promise settles. */
  on: Stream["on"];
  onAny(handler: AnyHandler): () => void;
  request: Connection["request"];
  rooms: Pick<Rooms, "join" | "onJoined">;
  orders: Orders;
  notifications: Notifications;
  toasts: Toasts;
  /** Where the client keeps its state. */
  storage: Storage;
  baseUrl: string;
  /** End the connection, timers and listeners. */
  close(): void;
}

/** Return a client that can use the given transports. */
export function assemble(options: MetaiaOptions, available: Transport[]): Metaia {
  const baseUrl = (options.baseUrl || globalThis.location?.origin || "").replace(/\/$/, "");
  if (!/^https?:\/\//.test(baseUrl)) throw new MetaiaError(0, "invalid", `baseUrl is not http(s): ${options.baseUrl}`);
  const storage = options.storage ?? defaultStorage();
  const random = options.random ?? platformRandom;
  const given = options.tokens;
  const source = given && "access" in given ? given : undefined;
  const failed = options.onError ?? ((error: unknown) => console.error(error));

  const fetch: typeof globalThis.fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  const anyone: Rest = createRest({ baseUrl, fetch, access: (rejected) => tokens.access(rejected) });
  const store = source ? undefined : ((given as SessionStore | undefined) ?? sessionIn(storage, baseUrl));
  const tokens = createTokens({ origin: baseUrl, store, source, random, rest: () => anyone });
  const rest = owned(anyone, tokens.subscribe);
  const stream = createStream(storage, failed);
  const toasts = createToasts();
  const { orders: keepOrders = 1000, notifications: keepNotifications = 50 } = options.keep ?? {};
  const orders = createOrders({ rest, random, limit: keepOrders, toast: toasts.show });
  const notifications = createNotifications(rest, keepNotifications);
  const rooms = createRooms(() => (connection.isConnected ? connection.link() : undefined));
  const wanted = options.transports ?? available.map((one) => one.name);

  const lastTransport = `metaia:${baseUrl}:transport`;
  let worked: string | undefined;

  const connection = createConnection({
    baseUrl,
    fetch,
    rest,
    tokens,
    stream,
    rooms,
    transports: wanted.flatMap((name) => available.filter((one) => one.name === name)),
    network: options.network ?? browserNetwork,
    lifecycle: options.lifecycle ?? browserLifecycle,
    async prepare() {
      const user = tokens.user() ?? (await tokens.restore());
      await stream.open(user && `metaia:${baseUrl}:${user.id}:place`);
      return (worked = (await storage.get(lastTransport)) ?? undefined);
    },
    works(name) {
      if (name === (worked ?? wanted[0])) return;
      worked = name;
      Promise.resolve(storage.set(lastTransport, name)).catch(failed);
    },
    async refetch() {
      await Promise.all([
        keepOrders ? orders.load() : undefined,
        keepNotifications ? notifications.load() : undefined,
        options.onResync?.(),
      ]);
    },
    signedOut: (code) => options.onSignedOut?.(code),
  });

  stream.on("order_update", ({ order }) => {
    if (!keepOrders) return;
    const former = (orders.get(order.id)?.version ?? 0) <= order.version && !mayKeep(order, tokens.user());
    if (former) orders.remove(order.id);
    else orders.follow(order);
  });
  stream.on("new_notification", notifications.arrived);
  stream.on("notifications:unread", notifications.changed);
  let owner: string | undefined;
  tokens.subscribe(changed);

  /** Another user, or none: nothing of the former one stays. */
  function changed(user: User | null) {
    const former = owner;
    owner = user?.id;
    const { state } = connection;
    if (former) {
      connection.stop();
      orders.clear();
      notifications.clear();
    }
    if (state === "idle" || (!former && state !== "signed_out")) return;
    if (user) connection.start();
    else connection.signOut();
  }

  return {
    auth: createAuth(rest, tokens),
    rest,
    connection,
    on: stream.on,
    onAny: stream.onAny,
    request: connection.request,
    rooms,
    orders,
    notifications,
    toasts,
    storage,
    baseUrl,
    close() {
      connection.stop();
      tokens.close();
    },
  };
}

/** Whether the user still has a part in an order: a courier who was replaced has not. */
function mayKeep({ customerId, partnerId, deliveryPartnerId }: Order, user: User | null): boolean {
  const parties = ["customer", "tailor", "vendor", "delivery"];
  return !user || !parties.includes(user.role) || [customerId, partnerId, deliveryPartnerId].includes(user.id);
}

function sessionIn(storage: Storage, origin: string): SessionStore {
  const key = `metaia:${origin}:session`;
  return {
    shared: storage.shared ?? false,
    load: async () => JSON.parse((await storage.get(key)) ?? "null"),
    save: (session) => (session ? storage.set(key, JSON.stringify(session)) : storage.delete(key)),
  };
}
