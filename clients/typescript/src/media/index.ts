// Pictures, documents and voice messages: uploads, addresses, and a store that events keep up to date.
import { createStore, type StoreApi } from "zustand/vanilla";
import { aborted, asError, MetaiaError } from "../errors.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";
import { createAddresses, type Addresses } from "./addresses.js";
import { LARGE, sendDirectly } from "./direct.js";
import { formOf, patience, reporting } from "./sending.js";
import type { Change, Filter, Media, MediaState, Picked, UploadOptions, Usage } from "./types.js";

export type * from "./types.js";

const AGAIN = 3_000; // ms between two looks at a file while no events arrive
const TRIES = 5;

export interface MediaStoreState {
  byId: Record<string, Media>;
}

export interface MediaFiles extends Omit<Addresses, "rest" | "forget"> {
  /** The files that were loaded or have changed; `upload:updated` keeps them up to date. */
  store: StoreApi<MediaStoreState>;
  /**
   * Send a file: a large one to the store itself, if that works. The result is ready, or `processing`. Rejects with the
   * contract's code. Safe to repeat: tries share a key.
   */
  upload(file: Blob | Picked, options?: UploadOptions): Promise<Media>;
  /** Resolve when the file is no longer being processed; rejects with its `reason` if it was rejected. */
  settled(id: string, signal?: AbortSignal): Promise<Media>;
  get(id: string): Promise<Media>;
  list(filter?: Filter): Promise<{ media: Media[]; nextCursor: string | null }>;
  usage(): Promise<Usage>;
  update(id: string, change: Change): Promise<Media>;
  /** Delete a file. 409 `in_use` if it is attached to something, unless `force`. */
  remove(id: string, options?: { force?: boolean }): Promise<Media>;
  /** Put what another answer contained into the store, unless a newer version is there. */
  take(media: Media): void;
  /** The time until a kept address should be replaced, in milliseconds. */
  addressRest: Addresses["rest"];
}

const made = new WeakMap<Metaia, MediaFiles>();

/** Return the files of a client: the same object each time. */
export function mediaOf(metaia: Metaia): MediaFiles {
  const known = made.get(metaia) ?? createMedia(metaia);
  made.set(metaia, known);
  return known;
}

function createMedia({ rest, connection, on, auth }: Metaia): MediaFiles {
  const store = createStore<MediaStoreState>(() => ({ byId: {} }));
  const addresses = createAddresses(rest, connection.serverTime);
  const one = (id: string) => ({ path: { media_id: id } });

  function take(media: Media): Media {
    const before = store.getState().byId[media.id];
    if (before && before.version > media.version) return before;
    if (before && before.version < media.version && before.status !== media.status) addresses.forget(media.id);
    store.setState(({ byId }) => ({ byId: { ...byId, [media.id]: media } }));
    return media;
  }

  /** An event has no addresses and no actions: a file that can be read is fetched when it is used. */
  function changed({ media }: { media: MediaState }) {
    const before = store.getState().byId[media.id];
    if (!before || before.version >= media.version) return;
    const shown = media.status === before.status ? before : { url: null, urlExpiresAt: null, thumbnails: null, allowedActions: [] };
    const { url, urlExpiresAt, thumbnails, allowedActions } = shown;
    take({ ...media, url, urlExpiresAt, thumbnails, allowedActions });
    if (media.status === "ready" && !url) get(media.id).catch(() => undefined); // it stays without addresses
  }

  async function get(id: string, signal?: AbortSignal): Promise<Media> {
    return take((await rest.send("get", "/api/upload/{media_id}", { ...one(id), signal })).data.media);
  }

  function clear() {
    addresses.forget();
    store.setState({ byId: {} }, true);
  }

  on("upload:updated", changed);
  let owner = auth.user?.id;
  auth.onChange((user) => {
    if (owner && user?.id !== owner) clear();
    owner = user?.id;
  });

  return {
    store,
    take: (media) => void take(media),
    async upload(file, options = {}) {
      const { kind = "image", wait, signal, onProgress = () => undefined, key = randomId(platformRandom) } = options;
      const sent = options.onProgress && reporting(onProgress);
      onProgress(0);
      const direct = "size" in file && file.type && file.size >= (options.directFrom ?? LARGE) && (await sendDirectly(rest, file, options, key));
      if (direct) {
        onProgress(1);
        return take(direct);
      }
      const { data } = await rest.send("post", `/api/upload/${kind}`, {
        query: { wait },
        raw: formOf(file, options),
        key,
        signal,
        tries: TRIES,
        timeout: patience(file),
        fetch: sent,
      });
      onProgress(1);
      return take(data.media);
    },
    async settled(id, signal) {
      for (;;) {
        const media = store.getState().byId[id] ?? (await get(id, signal));
        if (media.status === "rejected") throw new MetaiaError(422, media.reason ?? "corrupt", "The file was rejected.", { media });
        if (media.status !== "processing" && media.status !== "pending") return media.status === "ready" && !media.url ? get(id, signal) : media;
        await change(store, id, signal);
        const still = store.getState().byId[id] === media;
        if (still && !connection.isConnected) await get(id, signal);
      }
    },
    get: (id) => get(id),
    async list(filter = {}) {
      const { data, meta } = await rest.send("get", "/api/upload", { query: { ...filter } });
      return { media: (data.media as Media[]).map(take), nextCursor: meta.nextCursor ?? null };
    },
    usage: async () => (await rest.send("get", "/api/upload/usage")).data.usage,
    async update(id, body) {
      return take((await rest.send("patch", "/api/upload/{media_id}", { ...one(id), body, key: randomId(platformRandom) })).data.media);
    },
    async remove(id, { force } = {}) {
      const options = { ...one(id), query: { force: force || undefined }, tries: TRIES }; // a repetition changes nothing more
      const { data } = await rest.send("delete", "/api/upload/{media_id}", options);
      addresses.forget(id);
      return take(data.media);
    },
    address: addresses.address,
    urls: addresses.urls,
    addressRest: addresses.rest,
  };
}

/** Resolve when the store has another state of a file, or after a pause. Rejects when `signal` aborts. */
function change({ subscribe }: StoreApi<MediaStoreState>, id: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (over: () => void) => () => {
      clearTimeout(timer);
      stop();
      signal?.removeEventListener("abort", cut);
      over();
    };
    const cut = end(() => reject(aborted()));
    const timer = setTimeout(end(resolve), AGAIN);
    const stop = subscribe(({ byId }, before) => byId[id] !== before.byId[id] && end(resolve)());
    signal?.addEventListener("abort", cut);
    if (signal?.aborted) cut();
  });
}

/** Return whether an error says that the file is attached to something; `details.attachedTo` lists it. */
export const isInUse = (error: unknown): boolean => asError(error).code === "in_use";
