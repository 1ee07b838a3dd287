// What the functions of payments take and give. Amounts are in major units of their currency.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";

/** A payment, as `GET /api/payments/{id}` answers it. */
export type Payment = Schemas["PaymentOut"];
export type PaymentStatus = Payment["status"];
/** What a client needs to pay, by provider; `url` is the page of the demo provider. */
export type ToPay = Schemas["ToPay"];
export type PaymentMethod = Schemas["PaymentMethodOut"];
/** One statement about a payment. */
export type PaymentFact = Schemas["PaymentFactOut"];
export type PaymentPosting = Schemas["PaymentPostingOut"];
/** What Razorpay's checkout returns, or `paymentId`. */
export type Checkout = Schemas["VerifyPayment"];
export type Refund = Schemas["RefundOut"];
/** `reason`, and by choice `amount` (default: all that is left) and `note`. */
export type NewRefund = Schemas["RequestRefund"];
export type PaymentFilter = NonNullable<paths["/api/payments"]["get"]["parameters"]["query"]>;
export type RefundFilter = NonNullable<paths["/api/refunds"]["get"]["parameters"]["query"]>;

export interface PayOptions {
  /** Default: the first provider that can take the amount. */
  provider?: Schemas["OpenPayment"]["provider"] | undefined;
  /** Page that the demo provider leads back to. */
  returnUrl?: string | undefined;
}

export interface Timeline {
  payment: Payment;
  timeline: PaymentFact[];
  /** What was booked; empty except for staff. */
  postings: PaymentPosting[];
}
