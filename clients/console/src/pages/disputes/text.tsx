// The texts of this part, and its badge.
import { useMemo, type ReactNode } from "react";
import type { Schemas } from "@metaia/client";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/disputes/en.json";
import hi from "../../text/disputes/hi.json";
import { Badge } from "../../ui/badge.js";
import { times } from "../../ui/format.js";

export type Dispute = Schemas["DisputeOut"];
export type DisputeKey = keyof typeof en;
export const DISPUTES = "/api/disputes";
const TEXTS = { en, hi };
const TONES: Record<string, string> = {
  open: "red", under_review: "amber", won: "green", lost: "red", matched: "green",
  amount_differs: "red", fee_differs: "amber", missing_here: "red", not_settled: "amber",
};

export interface DisputeTexts {
  d(key: DisputeKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value, such as `status.won`; the value itself if there is none. */
  named(prefix: string, value: string): string;
  /** A time of a day, in the language of the page. */
  time(at: string): string;
}

export function useDisputeText(): DisputeTexts {
  const { language } = useText();
  const d = usePartText<DisputeKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    return {
      d,
      named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " "),
      time: times(language),
    };
  }, [language, d]);
}

/** The status of a dispute, or the state of a line of a settlement. */
export function DisputeBadge({ status, of = "status" }: { status: string; of?: "status" | "state" }): ReactNode {
  const { named } = useDisputeText();
  return <Badge tone={TONES[status] ?? "grey"}>{named(of, status)}</Badge>;
}
