// What a partner edits: the profile of the shop, what its menu has, and coupons.
import type { Metaia } from "../metaia.js";
import type { Method } from "../routes.js";
import { createUnanswered } from "../unanswered.js";
import { createImports, type Imports } from "./imports.js";
import { createProfile, type ShopProfile } from "./shop.js";
import type {
  AvailabilityChange, BulkChange, BulkResult, Coupon, ModifierGroup, Product, ProductFilter, Section, StockChange, TaxRate,
} from "./types.js";

export type * from "./types.js";

/** The things of one kind: listed, saved, removed. */
export interface Things<T> {
  list(partnerId: string, signal?: AbortSignal): Promise<T[]>;
  /** Create a thing, or change the one that is given; `version` is the one that was read. */
  save(body: object, one?: { id: string; version?: number | undefined }): Promise<T>;
  remove(id: string): Promise<void>;
}

export interface Catalogue extends Imports {
  /** The user's own shop. */
  shop: ShopProfile;
  /** A page of products; those of other partners need no login. */
  products(filter?: ProductFilter, signal?: AbortSignal): Promise<{ products: Product[]; nextCursor: string | null }>;
  get(id: string): Promise<Product>;
  save(body: object, one?: Pick<Product, "id" | "version">): Promise<Product>;
  /** Take a product out of the catalogue; orders keep their copy. */
  remove(id: string): Promise<void>;
  setAvailability(id: string, change: AvailabilityChange): Promise<Product>;
  setStock(id: string, change: StockChange): Promise<Product>;
  /**
   * Change many products at once; with `dryRun` what would change. Two calls with one `key` are one change. All or none of
   * 500 `ids` change: more are sent in parts, one after the other, and a call with the same `key` goes on after a failure.
   */
  bulk(change: BulkChange, key?: string): Promise<BulkResult>;
  /** The catalogue as CSV, one row per variant. */
  exportCsv(): Promise<Blob>;
  sections: Things<Section>;
  orderSections(ids: readonly string[]): Promise<void>;
  groups: Things<ModifierGroup>;
  taxes: Things<TaxRate>;
  /** Own coupons, the newest first; for admins those of a partner, or of the house. */
  coupons: Pick<Things<Coupon>, "save"> & { list(filter?: { partnerId?: string; active?: boolean; cursor?: string }, signal?: AbortSignal): Promise<{ coupons: Coupon[]; nextCursor: string | null }> };
  /**
   * Call `changed` when the menu of a partner has changed, and each time its room is entered (changes before that may
   * have been missed), until the returned function is called.
   */
  watch(partnerId: string, changed: () => void): () => void;
}

const PATIENCE = 60_000; // ms for a file
const PRODUCTS = "/api/products";
const MOST_IDS = 500; // of one change
const made = new WeakMap<Metaia, Catalogue>();

/** Return the catalogue of a client: the same object each time. */
export function catalogueOf(metaia: Metaia): Catalogue {
  const known = made.get(metaia) ?? createCatalogue(metaia);
  made.set(metaia, known);
  return known;
}

function createCatalogue({ rest, rooms, auth, ...metaia }: Metaia): Catalogue {
  const on = metaia.on as (name: string, handler: (event: any) => void) => () => void;
  const unanswered = createUnanswered();

  /** Send a change. Sent again because it had no answer, it takes effect once. */
  const change = async (method: Method, path: string, body?: object, own?: string): Promise<any> => {
    const send = (key: string) => rest.send(method, path, { ...(body && { body }), key });
    return (await (own === undefined ? unanswered.run([auth.user?.id, method, path, body], send) : send(own))).data;
  };

  function save(path: string, body: object, one?: { id: string; version?: number | undefined }): Promise<any> {
    if (!one) return change("post", path, body);
    return change("patch", `${path}/${one.id}`, { ...(one.version !== undefined && { expectedVersion: one.version }), ...body });
  }

  function things<T>(path: string, list: string, name: string): Things<T> {
    return {
      list: async (partnerId, signal) => (await rest.send("get", path, { query: { partnerId }, signal, auth: !!auth.user })).data[list],
      save: async (body, one) => (await save(path, body, one))[name],
      remove: async (id) => void (await change("delete", `${path}/${id}`)),
    };
  }

  return {
    shop: createProfile(rest),
    async products(filter = {}, signal) {
      const { data, meta } = await rest.send("get", PRODUCTS, { query: { ...filter }, signal, auth: !!auth.user });
      return { products: data.products, nextCursor: meta.nextCursor ?? null };
    },
    get: async (id) => (await rest.send("get", `${PRODUCTS}/${id}`, { auth: !!auth.user })).data.product,
    save: async (body, one) => (await save(PRODUCTS, body, one)).product,
    remove: async (id) => void (await change("delete", `${PRODUCTS}/${id}`)),
    setAvailability: async (id, given) => (await change("patch", `${PRODUCTS}/${id}/availability`, given)).product,
    setStock: async (id, given) => (await change("put", `${PRODUCTS}/${id}/stock`, given)).product,
    async bulk(given, own) {
      const { ids } = given;
      if (!ids || ids.length <= MOST_IDS) return change("post", `${PRODUCTS}/bulk`, given, own);
      const all: BulkResult = { changed: [], skipped: [] };
      for (let first = 0; first < ids.length; first += MOST_IDS) {
        const part = { ...given, ids: ids.slice(first, first + MOST_IDS) };
        const { changed, skipped } = await change("post", `${PRODUCTS}/bulk`, part, own && `${own}-${first}`);
        all.changed.push(...changed);
        all.skipped.push(...skipped);
      }
      return all;
    },
    async exportCsv() {
      let file: Blob | undefined;
      // The answer is no JSON: its content is kept, and the client gets an empty answer in its place.
      const keeping: typeof fetch = async (input, init) => {
        const answer = await globalThis.fetch(input, init);
        if (!answer.ok) return answer;
        file = await answer.blob();
        return new Response("{}");
      };
      await rest.send("get", `${PRODUCTS}/export.csv`, { headers: { Accept: "text/csv" }, fetch: keeping, timeout: PATIENCE });
      return file!;
    },
    ...createImports(rest),
    sections: things("/api/sections", "sections", "section"),
    orderSections: async (ids) => void (await change("put", "/api/sections/order", { ids })),
    groups: things("/api/modifier-groups", "modifierGroups", "modifierGroup"),
    taxes: things("/api/tax-rates", "taxRates", "taxRate"),
    coupons: {
      save: async (body, one) => (await save("/api/coupons", body, one)).coupon,
      async list(filter = {}, signal) {
        const { data, meta } = await rest.send("get", "/api/coupons", { query: { ...filter }, signal });
        return { coupons: data.coupons, nextCursor: meta.nextCursor ?? null };
      },
    },
    watch(partnerId, changed) {
      const ends = [
        rooms.onJoined((kind, joined) => kind === "partner" && joined === partnerId && changed()),
        on("menu:changed", (event) => void (event.partnerId === partnerId && changed())),
        rooms.join("partner", partnerId),
      ];
      return () => ends.forEach((end) => end());
    },
  };
}
