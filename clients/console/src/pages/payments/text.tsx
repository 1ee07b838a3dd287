// The texts of this part, and its badge.
import type { ReactNode } from "react";
import { usePartText } from "../../app/text.js";
import en from "../../text/payments/en.json";
import hi from "../../text/payments/hi.json";
import { Badge } from "../../ui/badge.js";

export type PaymentKey = keyof typeof en;
const TEXTS = { en, hi };
const TONES: Record<string, string> = {
  unpaid: "amber", created: "amber", pending: "amber", requested: "amber", cash_due: "amber", overpaid: "amber",
  authorized: "blue", sending: "blue", on_credit: "blue", refunded: "violet", partially_refunded: "violet",
  paid: "green", completed: "green", processed: "green", captured: "green", cash_collected: "green", won: "green",
  failed: "red", disputed: "red", lost: "red", open: "red",
};

export interface PaymentTexts {
  p(key: PaymentKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value, such as `status.paid`; the value itself if there is none. */
  named(prefix: string, value: string): string;
}

export function usePaymentText(): PaymentTexts {
  const p = usePartText<PaymentKey>(TEXTS);
  return { p, named: (prefix, value) => (`${prefix}.${value}` in en ? p(`${prefix}.${value}` as PaymentKey) : value.replaceAll("_", " ")) };
}

/** The status of a payment, a refund, or of an order's payment. */
export function MoneyBadge({ status }: { status: string }): ReactNode {
  const { named } = usePaymentText();
  return <Badge tone={TONES[status] ?? "grey"}>{named("status", status)}</Badge>;
}
