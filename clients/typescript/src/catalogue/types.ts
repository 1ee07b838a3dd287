// What a partner edits: products with variants, sections, groups of modifiers, taxes, coupons. Amounts are in major units.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";

export type { Group, Option, Point, Sellable, Shop } from "../shops/types.js";

/** A product as its partner has it; every product has at least one variant. */
export type Product = Schemas["ProductOut"];
export type ProductVariant = Schemas["VariantOut"];
export type Section = Schemas["SectionOut"];
export type ModifierGroup = Schemas["GroupOut"];
/** `rate` is in per cent. */
export type TaxRate = Schemas["TaxRateOut"];
export type ProductFilter = NonNullable<paths["/api/products"]["get"]["parameters"]["query"]>;

/** A tap: sold out now, until a time, or there again; of one variant or option if that is named. */
export interface AvailabilityChange {
  available?: boolean;
  soldOutUntil?: string | null;
  variantId?: string;
  optionId?: string;
}

/** The variant is not needed if the product has one. */
export type StockChange = { variantId?: string; reason?: string } & ({ stock: number | null } | { delta: number });

export interface BulkChange {
  ids?: string[];
  filter?: object;
  set?: object;
  price?: { percent: number; roundTo?: number } | { amount: number; roundTo?: number };
  dryRun?: boolean;
}

export interface BulkResult {
  changed: { id: string; field: string; before: unknown; after: unknown }[];
  skipped: unknown[];
}

export interface ImportResult {
  /** False of a check, and of a file with errors. */
  applied: boolean;
  created: number;
  updated: number;
  unchanged: number;
  errors: { line: number; column: string | null; code: string; message: string }[];
}

/** How far the import of a large file is; `import:ended` has it without `result` and `problem`. */
export interface CatalogueImport {
  id: string;
  partnerId: string;
  state: "waiting" | "running" | "done" | "failed";
  mode: "upsert" | "create" | "update";
  dryRun: boolean;
  /** Rows that are worked off, of `total`. */
  done: number;
  total: number;
  applied: boolean;
  result: ImportResult | null;
  problem: { code: string; message: string; details: Record<string, unknown> } | null;
  createdAt: string;
  finishedAt: string | null;
}

export interface ImportOptions {
  /** Only check the file. */
  dryRun?: boolean;
  mode?: CatalogueImport["mode"];
  /** Called each time that the import of a large file is further, and at its end. */
  onProgress?: ((one: CatalogueImport) => void) | undefined;
  /** Ends the waiting; the import itself goes on. */
  signal?: AbortSignal | undefined;
}

export type Coupon = Schemas["CouponOut"];
export type CouponKind = Coupon["kind"];

/** The user's own shop, with what customers do not see. */
export type OwnShop = Schemas["OwnPartnerOut"];
export type ShopStatus = OwnShop["status"];
export type ShopHours = OwnShop["hours"];
/** Where a shop delivers, how far for which fee, and what proves the handover. */
export type DeliverySettings = OwnShop["deliverySettings"];
