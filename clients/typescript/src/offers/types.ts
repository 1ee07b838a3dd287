// What the functions of offers take and give. Amounts are in major units of the offer's currency; times are RFC 3339.
import type { Order } from "../errors.js";
import type { components } from "../generated/schema.js";

export type OfferStatus = "pending" | "countered" | "accepted" | "rejected" | "withdrawn" | "expired" | "cancelled";
export type OfferAction = "accept" | "counter" | "revise" | "reject" | "withdraw" | "cancel";
export type RejectReason = "price" | "quantity" | "terms" | "timing" | "other";
export type PaymentTerms = "prepaid" | "on_delivery" | "net15" | "net30" | "net60";

export interface OfferItem {
  id: string;
  name: string;
  quantity: number;
  /** The least that may be accepted; 0: may be left out. */
  minQuantity: number;
  unit: string | null;
  /** Of one; null asks for a price. */
  price: number | null;
}

export interface Terms {
  deliverBy: string | null;
  paymentTerms: PaymentTerms | null;
  notes: string | null;
}

export interface Offer {
  id: string;
  offerNumber: string;
  dealId: string;
  status: OfferStatus;
  sellerId: string;
  buyerId: string;
  /** Made the present round. */
  makerId: string;
  /** Whose turn it is; null when it is decided. */
  turn: string | null;
  round: number;
  items: OfferItem[];
  adjustment: number;
  /** Null while a price is missing. */
  total: number | null;
  currency: string;
  terms: Terms;
  message: string | null;
  expiresAt: string;
  conversationId: string | null;
  orderId: string | null;
  orderNumber: string | null;
  rejectReason: RejectReason | null;
  previousOfferId: string | null;
  version: number;
  allowedActions: OfferAction[];
  createdAt: string;
  updatedAt: string;
}

export interface NewItem {
  name: string;
  quantity: number;
  minQuantity?: number;
  unit?: string;
  price?: number;
}

/** What a round may give; what is left out stays. `total` instead of `adjustment`; `validUntil`, a date, instead of `expiresAt`. */
export interface Round {
  items?: NewItem[];
  adjustment?: number;
  total?: number;
  terms?: Partial<Terms>;
  message?: string;
  expiresAt?: string;
  validUntil?: string;
}

export interface NewOffer extends Round {
  recipientId: string;
  items: NewItem[];
  currency: string;
  /** Between two partners: what the maker is. */
  as?: "buyer" | "seller";
  customerInfo?: Record<string, string>;
  previousOfferId?: string;
}

/** The bodies of actions; the version is that of the store unless `expectedVersion` is given. */
export interface OfferBodies {
  accept: { quantities?: Record<string, number>; customerInfo?: Record<string, string>; message?: string; expectedVersion?: number };
  counter: Round & { expectedVersion?: number };
  revise: Round & { expectedVersion?: number };
  reject: { reason: RejectReason; message?: string; expectedVersion?: number };
  withdraw: { message?: string; expectedVersion?: number };
  cancel: { message?: string; expectedVersion?: number };
}

export interface OfferFilter {
  status?: OfferStatus | readonly OfferStatus[];
  as?: "buyer" | "seller";
  /** Those that wait for the user's answer. */
  turn?: "mine";
  counterpartyId?: string;
  dealId?: string;
  createdFrom?: string;
  createdTo?: string;
  q?: string;
  sort?: string;
  limit?: number;
  cursor?: string;
}

export interface OfferRound extends Pick<Offer, "round" | "makerId" | "items" | "adjustment" | "total" | "currency" | "terms" | "message" | "expiresAt" | "version"> {
  at: string;
}

export interface OfferStep {
  action: OfferAction | "create" | "expire";
  status: OfferStatus;
  previousStatus: OfferStatus | null;
  version: number;
  actorId: string | null;
  actorRole: string;
  note: string | null;
  round: number;
  at: string;
}

export interface OfferHistory {
  offer: Offer;
  rounds: OfferRound[];
  steps: OfferStep[];
}

/** Of the offers that were made in a time, as they are now: `total`, and `periods` of a day, week or month. */
export type OfferAnalytics = components["schemas"]["OfferFigures"]["data"];

export interface Accepted {
  offer: Offer;
  order: Order;
}
