// Announcements: what the user is shown now, and what admins announce. The store follows `system:notification`.
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Schemas } from "../generated/events.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";

/** An announcement as a user sees it, in one language. */
export type Shown = Schemas["SystemNotification"];
/** An announcement as admins see it. */
export type Announcement = Schemas["AnnouncementOut"];
export type AnnouncementLevel = Announcement["level"];
export type Announced = Omit<Schemas["Announce"], "confirm">;

export interface AnnouncementPreview {
  /** The text in each language. */
  preview: Shown[];
  /** Active users in the audience. */
  recipients: number;
  /** Of them, those that are connected now; null if that is unknown. */
  online: number | null;
}

export interface Announcements {
  /** Those that have begun and not ended, and were not dismissed: the newest first. */
  store: StoreApi<{ shown: readonly Shown[] }>;
  /** Fetch what is shown, for a client that starts. */
  load(signal?: AbortSignal): Promise<void>;
  /** Hide one for good, on all devices. */
  dismiss(id: string): Promise<void>;
  /** What would be announced, and to how many. Nothing is sent. */
  preview(body: Announced, signal?: AbortSignal): Promise<AnnouncementPreview>;
  /** Announce to as many as the preview has shown. Rejects with `audience_changed`. */
  announce(body: Announced, recipients: number, key?: string): Promise<Announcement>;
  list(filter?: { status?: Announcement["status"]; limit?: number; cursor?: string }, signal?: AbortSignal): Promise<{ announcements: Announcement[]; nextCursor: string | null }>;
  edit(id: string, body: { content?: Announced["content"]; endsAt?: string; expectedVersion?: number }): Promise<Announcement>;
  revoke(id: string): Promise<Announcement>;
}

const LIST = "/api/admin/announcements";
const ONE = `${LIST}/{announcement_id}` as const;
const LONGEST_TIMER = 2 ** 31 - 1; // ms
const made = new WeakMap<Metaia, Announcements>();

/** Return the announcements of a client: the same object each time. */
export function announcementsOf(metaia: Metaia): Announcements {
  const known = made.get(metaia) ?? createAnnouncements(metaia);
  made.set(metaia, known);
  return known;
}

function createAnnouncements({ rest, auth, connection, ...metaia }: Metaia): Announcements {
  const store = createStore<{ shown: readonly Shown[] }>(() => ({ shown: [] }));
  const dismissed = new Set<string>(); // an event may arrive after the dismissal
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Show these, without those that are over; the next end hides one more. */
  function show(all: readonly Shown[]) {
    const now = Date.now();
    const shown = all.filter((one) => !one.revoked && !dismissed.has(one.id) && Date.parse(one.endsAt) > now);
    shown.sort((a, b) => b.startsAt.localeCompare(a.startsAt));
    store.setState({ shown });
    clearTimeout(timer);
    if (!shown.length) return;
    const next = Math.min(...shown.map((one) => Date.parse(one.endsAt))) - now;
    timer = setTimeout(() => show(store.getState().shown), Math.min(next + 1, LONGEST_TIMER));
  }

  const on = metaia.on as (name: string, handler: (event: Shown & { eventId?: string; cursor?: string }) => void) => () => void;
  on("system:notification", ({ eventId: _, cursor: __, ...one }) => show([one, ...store.getState().shown.filter(({ id }) => id !== one.id)]));
  connection.store.subscribe(({ state }, before) => {
    if (state === "live" && before.state === "refetching") void load().catch(() => undefined);
  });
  let owner = auth.user?.id;
  auth.onChange((user) => {
    if (user?.id === owner) return;
    owner = user?.id;
    dismissed.clear();
    show([]);
  });

  async function load(signal?: AbortSignal) {
    show((await rest.send("get", "/api/announcements", { signal })).data.announcements);
  }

  return {
    store,
    load,
    async dismiss(id) {
      await rest.send("put", "/api/announcements/{announcement_id}/dismiss", { path: { announcement_id: id } });
      dismissed.add(id);
      show(store.getState().shown);
    },
    preview: async (body, signal) => (await rest.send("post", LIST, { body, signal })).data as unknown as AnnouncementPreview,
    async announce(body, recipients, key = randomId(platformRandom)) {
      const { data } = await rest.send("post", LIST, { body: { ...body, confirm: { recipients } }, key });
      return (data as { announcement: Announcement }).announcement;
    },
    async list(filter = {}, signal) {
      const { data, meta } = await rest.send("get", LIST, { query: { ...filter }, signal });
      return { announcements: data.announcements, nextCursor: meta.nextCursor ?? null };
    },
    edit: async (id, body) => (await rest.send("patch", ONE, { path: { announcement_id: id }, body })).data.announcement,
    revoke: async (id) => (await rest.send("post", `${ONE}/revoke`, { path: { announcement_id: id }, body: {} })).data.announcement,
  };
}
