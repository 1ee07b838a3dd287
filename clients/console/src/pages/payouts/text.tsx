// The texts of this part, and its badge.
import { useMemo, type ReactNode } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/payouts/en.json";
import hi from "../../text/payouts/hi.json";
import { Badge } from "../../ui/badge.js";
import { times } from "../../ui/format.js";

export type PayoutKey = keyof typeof en;
const TEXTS = { en, hi };
const TONES: Record<string, string> = {
  requested: "amber", pending: "amber", approved: "blue", sent: "violet", paid: "green",
  failed: "red", returned: "red", rejected: "red", frozen: "red", active: "green",
};

export interface PayoutTexts {
  w(key: PayoutKey, values?: Record<string, string | number>): string;
  /** A time of a day, in the language of the page. */
  time(at: string): string;
}

export function usePayoutText(): PayoutTexts {
  const { language } = useText();
  const w = usePartText<PayoutKey>(TEXTS);
  return useMemo(() => ({ w, time: times(language) }), [language, w]);
}

/** The status of a payout, a request for credit, or a credit account. */
export function PayoutBadge({ status, of = "status" }: { status: string; of?: "status" | "credit" }): ReactNode {
  const { w } = usePayoutText();
  return <Badge tone={TONES[status] ?? "grey"}>{w(`${of}.${status}` as PayoutKey)}</Badge>;
}
