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
  created: number;
  updated: number;
  unchanged: number;
  errors: { line: number; column: string | null; code: string; message: string }[];
}

export type Coupon = Schemas["CouponOut"];
export type CouponKind = Coupon["kind"];

/** The user's own shop, with what customers do not see. */
export type OwnShop = Schemas["OwnPartnerOut"];
export type ShopStatus = OwnShop["status"];
export type ShopHours = OwnShop["hours"];
/** Where a shop delivers, how far for which fee, and what proves the handover. */
export type DeliverySettings = OwnShop["deliverySettings"];
