// The texts of this part. They load with it, so that the first load stays small.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/money/en.json";
import hi from "../../text/money/hi.json";

const TEXTS = { en, hi };
export type MoneyKey = keyof typeof en;

export interface MoneyTexts {
  m(key: MoneyKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value, such as `type.refund`; the value itself if there is none. */
  named(prefix: string, value: string): string;
  /** A day and a time in the language of the page. */
  time(at: string): string;
  /** A month such as 2026-11, in words. */
  month(period: string): string;
}

export function useMoneyText(): MoneyTexts {
  const { language } = useText();
  const m = usePartText<MoneyKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = language === "hi" ? hi : en;
    const locale = language === "hi" ? "hi-IN" : "en-IN";
    const times = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    const months = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
    return {
      m,
      named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " "),
      time: (at) => times.format(new Date(at)),
      month: (period) => months.format(new Date(`${period}-01T00:00:00Z`)),
    };
  }, [language, m]);
}
