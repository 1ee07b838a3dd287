// What the functions of shops take and give. Amounts are in major units of the shop's currency; times are RFC 3339.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";
import type { Order } from "../errors.js";

export interface Point {
  lat: number;
  lng: number;
}

/** A partner's shop as a customer sees it. `distanceKm` and `delivery` need a place in the request. */
export type Shop = Schemas["PartnerOut"];
export type Availability = Shop["availability"];
export type Fulfilment = Shop["fulfilments"][number];
export type Rating = Shop["rating"];
export type Category = Schemas["PartnerCategoryOut"];
/** `near` and `deliversTo` are `lat,lng`; `deliversTo` may be a postal code. */
export type ShopFilter = NonNullable<paths["/api/partners"]["get"]["parameters"]["query"]>;

/** What can be sold out: products, variants, options. */
export interface Sellable {
  available: boolean;
  soldOutUntil?: string | null;
}

/** What a shop sells, as it is until `validUntil` by the clock. */
export type Menu = Schemas["MenuData"];
export type MenuSection = Schemas["MenuSection"];
export type MenuProduct = Schemas["MenuProduct"];
export type Variant = Schemas["MenuVariant"];
export type Group = Schemas["GroupOut"];
export type Option = Schemas["OptionOut"];

export type Modifier =
  | { groupId: string; optionId: string; quantity?: number }
  | { groupId: string; text: string }
  | { groupId: string; value: number; unit: "cm" | "in" };

export interface CartItem {
  productId: string;
  variantId?: string;
  quantity: number;
  modifiers?: Modifier[];
  note?: string;
}

export interface Destination {
  address: string;
  lat?: number;
  lng?: number;
  instructions?: string;
  leaveAtDoor?: boolean;
}

/** The body of a quote and of an order from a catalogue. */
export interface Cart {
  partnerId: string;
  /** At the counter: a customer of the partner. Its account completes the contact data. */
  customerId?: string;
  items: CartItem[];
  currency?: string;
  fulfilment?: Fulfilment;
  destination?: Destination;
  addressId?: string;
  scheduledFor?: string;
  coupon?: string;
  tip?: number;
  notes?: string;
  paymentMethod?: string;
  customerInfo?: { name?: string; phone?: string; address?: string };
}

/** When an order arrives, as its last action has it; of a pickup, when it is ready. `delivery:eta` follows the courier. */
export interface Arrival {
  at: string;
  lowAt: string;
  highAt: string;
}

/** Why a cart cannot be ordered: an error code of orders, the place in the body, and what the code adds. */
export interface QuoteProblem {
  code: string;
  path: string;
  message: string;
  [more: string]: unknown;
}

/** What a cart costs now. It reserves nothing: an order with its `id` succeeds while the price is the same. */
export type Quote = Omit<Schemas["QuoteOut"], "problems"> & { problems: QuoteProblem[] };

/** What was another amount when the cart was seen. */
export interface PriceChange {
  path: string;
  was: number | null;
  now: number;
}

export type SavedAddress = Schemas["AddressOut"];
export type NewAddress = Pick<SavedAddress, "label" | "address"> & Partial<Pick<SavedAddress, "lat" | "lng" | "instructions" | "default">> & { city?: string | null; postalCode?: string | null };
export type MeasurementSet = Schemas["MeasurementsOut"];

export type { Order };
