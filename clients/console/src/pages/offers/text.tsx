// The texts of this part, and its badges.
import type { OfferStatus } from "@metaia/client/offers";
import { useMemo, type ReactNode } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/offers/en.json";
import hi from "../../text/offers/hi.json";
import { Badge } from "../../ui/badge.js";

export type OfferKey = keyof typeof en;
const TEXTS = { en, hi };
const TONES: Record<string, string> = {
  pending: "amber", countered: "blue", accepted: "green", rejected: "red", withdrawn: "grey", expired: "grey", cancelled: "grey",
  negotiating: "amber", ordered: "blue", paid: "violet", shipped: "violet", completed: "green", lost: "grey",
};

export interface OfferTexts {
  o(key: OfferKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value, such as `status.pending`; the value itself if there is none. */
  named(prefix: string, value: string): string;
  /** A day and a time in the language of the page. */
  time(at: string): string;
  /** A date such as 2026-12-02, in words. */
  day(date: string): string;
}

export function useOfferText(): OfferTexts {
  const { language } = useText();
  const o = usePartText<OfferKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    const locale = language === "hi" ? "hi-IN" : "en-IN";
    const times = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
    return {
      o,
      named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " "),
      time: (at) => times.format(new Date(at)),
      day: (date) => days.format(new Date(`${date}T00:00:00Z`)),
    };
  }, [language, o]);
}

export function OfferBadge({ status }: { status: OfferStatus }): ReactNode {
  const { named } = useOfferText();
  return <Badge tone={TONES[status]!}>{named("status", status)}</Badge>;
}

export function StageBadge({ stage }: { stage: string }): ReactNode {
  const { named } = useOfferText();
  return <Badge tone={TONES[stage] ?? "grey"}>{named("stage", stage)}</Badge>;
}
