// The user's notifications and the number of unread ones, equal on all devices.
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Events, Schemas } from "./generated/events.js";
import type { Rest } from "./http.js";

export type Notification = Schemas["NotificationOut"];

export interface NotificationsState {
  /** The newest, newest first. */
  items: Notification[];
  /** Of all notifications, also of those that are not in `items`. */
  unread: number;
  loaded: boolean;
  /** The server has older ones. */
  more: boolean;
}

export interface Notifications {
  store: StoreApi<NotificationsState>;
  load(): Promise<void>;
  markRead(id: string): Promise<void>;
  /** Mark as opened; it becomes read, too. */
  click(id: string): Promise<void>;
  markAllRead(): Promise<void>;
  remove(id: string): Promise<void>;
  /** Handle `new_notification`. */
  arrived(event: Events["new_notification"]): void;
  /** Handle `notifications:unread`. */
  changed(event: Events["notifications:unread"]): void;
  clear(): void;
}

const empty = (): NotificationsState => ({ items: [], unread: 0, loaded: false, more: false });
const REMOVED = 1_000; // ids that are remembered

/** Return the notifications of one client; `limit` (≤100) of the newest are kept. */
export function createNotifications(rest: Rest, limit: number): Notifications {
  const store = createStore<NotificationsState>(empty);
  let removed = new Set<string>(); // by this client: their event changes nothing more

  /** Apply what this client has done, before its event arrives. */
  function done(read: string[], deleted: string[]) {
    const { items, unread } = store.getState();
    const fewer = items.filter((one) => !one.read && (read.includes(one.id) || deleted.includes(one.id))).length;
    deleted.forEach((id) => removed.add(id));
    if (removed.size > REMOVED) removed = new Set([...removed].slice(-REMOVED));
    store.setState({ items: applied(items, read, deleted, new Date().toISOString()), unread: Math.max(0, unread - fewer) });
  }

  const keep = (items: Notification[], unread: number, more: boolean) =>
    store.setState({ items: items.slice(0, limit), unread, more: more || items.length > limit });

  const one = (id: string) => ({ path: { notification_id: id }, tries: 5 }); // repeating these changes nothing

  return {
    store,
    async load() {
      const { data, meta } = await rest.GET("/api/notifications", { query: { limit } });
      const items = data.notifications;
      const newer = store.getState().items.filter((have) => have.createdAt > (items[0]?.createdAt ?? ""));
      const missing = newer.filter((have) => !items.some(({ id }) => id === have.id) && !removed.has(have.id));
      const unread = meta.unread + missing.filter((have) => !have.read).length;
      keep([...missing, ...items], unread, meta.nextCursor !== null);
      store.setState({ loaded: true });
    },
    async markRead(id) {
      await rest.PUT("/api/notifications/{notification_id}/read", one(id));
      done([id], []);
    },
    async click(id) {
      await rest.PUT("/api/notifications/{notification_id}/click", one(id));
      done([id], []);
    },
    async markAllRead() {
      await rest.PUT("/api/notifications/read-all", { tries: 1 });
      done(store.getState().items.map(({ id }) => id), []);
    },
    async remove(id) {
      await rest.DELETE("/api/notifications/{notification_id}", one(id));
      done([], [id]);
    },
    arrived({ eventId: _, cursor: __, ...event }) {
      const { items, unread, more } = store.getState();
      if (items.some(({ id }) => id === event.id) || removed.has(event.id)) return;
      const item = { category: "", ...event, read: false, readAt: null } as Notification;
      keep([item, ...items], unread + 1, more);
    },
    changed({ by, read, deleted, at }) {
      const { items, unread } = store.getState();
      const have = new Map(items.map((item) => [item.id, item]));
      const known = read.every((id) => have.get(id)?.read) && deleted.every((id) => removed.has(id));
      store.setState({
        items: applied(items, read, deleted, at),
        unread: known && read.length + deleted.length ? unread : Math.max(0, unread + by),
      });
    },
    clear() {
      removed = new Set();
      store.setState(empty(), true);
    },
  };
}

function applied(items: Notification[], read: string[], deleted: string[], at: string): Notification[] {
  return items
    .filter(({ id }) => !deleted.includes(id))
    .map((item) => (read.includes(item.id) && !item.read ? { ...item, read: true, readAt: at } : item));
}
