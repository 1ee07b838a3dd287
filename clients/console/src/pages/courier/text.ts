// The texts of this part.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/courier/en.json";
import hi from "../../text/courier/hi.json";

export type CourierKey = keyof typeof en;
const TEXTS = { en, hi };

export interface CourierTexts {
  c(key: CourierKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value; the value itself if there is none. */
  named(prefix: string, value: string): string;
  number(value: number): string;
  hour(at: string): string;
}

export function useCourierText(): CourierTexts {
  const { language } = useText();
  const c = usePartText<CourierKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    const locale = language === "hi" ? "hi-IN" : "en-IN";
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    const hour = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
    return { c, named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " "), number: (value) => format.format(value), hour: (at) => hour.format(new Date(at)) };
  }, [language, c]);
}
