// The service of the booking apps: one connection for the token that the application has.
import type { Metaia } from "./metaia.js";

/** `booking-status-update`. */
export interface BookingUpdate {
  bookingId: string;
  status: string;
  updatedAt: string;
  message: string;
}

type Callback = (update: BookingUpdate) => void;

export interface SocketService {
  /** Connect with an access token, or with a function that returns one that is still good. */
  connect(token: string | (() => Promise<string> | string)): Metaia;
  disconnect(): void;
  readonly client: Metaia | undefined;
  readonly isConnected: boolean;
  joinBookingRoom(bookingId: string): void;
  leaveBookingRoom(bookingId: string): void;
  /** Call `callback` for each change of the booking; returns a function that ends it. */
  subscribeToBookingUpdates(bookingId: string, callback: Callback): () => void;
  unsubscribeFromBookingUpdates(bookingId: string, callback: Callback): void;
}

/** Return a service; `create` makes the client of a server. */
export function createSocketService(create: (tokens: { access(rejected?: string): Promise<any> }) => Metaia): SocketService {
  const joined = new Set<string>();
  const leaves = new Map<string, () => void>();
  const callbacks = new Map<string, Set<Callback>>();
  let client: Metaia | undefined;
  let last: unknown;

  function join(id: string) {
    if (client && !leaves.has(id)) leaves.set(id, client.rooms.join("booking", id));
  }

  const service: SocketService = {
    connect(token) {
      if (client && last === token) return client;
      service.disconnect();
      last = token;
      const access = async (rejected?: string) => {
        const accessToken = typeof token === "function" ? await token() : token;
        return accessToken === rejected ? null : { accessToken }; // a fixed token that is over: signed out
      };
      client = create({ access });
      client.on("booking-status-update" as never, ((data: BookingUpdate) => {
        for (const callback of [...(callbacks.get(data.bookingId) ?? [])]) callback(data);
      }) as never);
      client.connection.start();
      joined.forEach(join);
      return client;
    },
    disconnect() {
      client?.close();
      client = last = undefined;
      leaves.clear();
    },
    get client() {
      return client;
    },
    get isConnected() {
      return client?.connection.isConnected ?? false;
    },
    joinBookingRoom(id) {
      joined.add(id);
      join(id);
    },
    leaveBookingRoom(id) {
      joined.delete(id);
      leaves.get(id)?.();
      leaves.delete(id);
    },
    subscribeToBookingUpdates(id, callback) {
      callbacks.set(id, (callbacks.get(id) ?? new Set()).add(callback));
      return () => service.unsubscribeFromBookingUpdates(id, callback);
    },
    unsubscribeFromBookingUpdates(id, callback) {
      const set = callbacks.get(id);
      set?.delete(callback);
      if (!set?.size) callbacks.delete(id);
    },
  };
  return service;
}
