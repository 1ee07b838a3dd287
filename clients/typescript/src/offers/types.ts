// What the functions of offers take and give. Amounts are in major units of the offer's currency; times are RFC 3339.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";

/** An offer as its present round is. `total` is null while a price is missing, `turn` when it is decided. */
export type Offer = Schemas["OfferOut"];
export type OfferStatus = Offer["status"];
export type OfferAction = Offer["allowedActions"][number];
/** `minQuantity` is the least that may be accepted (0: may be left out); `price` is of one, null asks for a price. */
export type OfferItem = Schemas["OfferItemOut"];
export type Terms = Schemas["OfferTermsOut"];
export type PaymentTerms = NonNullable<Terms["paymentTerms"]>;

export type NewItem = Schemas["OfferItemIn"];
/** What a round may give; what is left out stays. `total` instead of `adjustment`; `validUntil`, a date, instead of `expiresAt`. */
export type Round = Omit<Schemas["ChangeRound"], "expectedVersion">;
/** `as` is what the maker is, between two partners. */
export type NewOffer = Schemas["CreateOffer"];

/** The bodies of actions; the version is that of the store unless `expectedVersion` is given. */
export interface OfferBodies {
  accept: Schemas["AcceptOffer"];
  counter: Schemas["ChangeRound"];
  revise: Schemas["ChangeRound"];
  reject: Schemas["RejectOffer"];
  withdraw: Schemas["ChangeOffer"];
  cancel: Schemas["ChangeOffer"];
}
export type RejectReason = OfferBodies["reject"]["reason"];

type ListQuery = NonNullable<paths["/api/offers"]["get"]["parameters"]["query"]>;

/** `turn: "mine"`: those that wait for the user's answer. */
export interface OfferFilter extends Omit<ListQuery, "status"> {
  status?: OfferStatus | readonly OfferStatus[];
}

export type OfferRound = Schemas["OfferRoundOut"];
export type OfferStep = Schemas["OfferStepOut"];
export type OfferHistory = Schemas["OfferHistoryData"];
export type OfferResult = Schemas["BulkResult"];

export type OfferFiguresQuery = paths["/api/offers/analytics"]["get"]["parameters"]["query"];
/** Of the offers that were made in a time, as they are now: `total`, and `periods` of a day, week or month. */
export type OfferAnalytics = Schemas["OfferFigures"]["data"];

export type Accepted = Schemas["AcceptedOfferData"];
