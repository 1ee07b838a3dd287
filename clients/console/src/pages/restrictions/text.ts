// The texts of this part, and times in the language of the page.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/restrictions/en.json";
import hi from "../../text/restrictions/hi.json";

export type RestrictionKey = keyof typeof en;
const TEXTS = { en, hi };

export const useRestrictionText = (): ((key: RestrictionKey, values?: Record<string, string | number>) => string) => usePartText<RestrictionKey>(TEXTS);

/** Return a function that states a day and a time. */
export function useTime(): (at: string) => string {
  const { language } = useText();
  return useMemo(() => {
    const times = new Intl.DateTimeFormat(language === "hi" ? "hi-IN" : "en-IN", { dateStyle: "medium", timeStyle: "short" });
    return (at) => times.format(new Date(at));
  }, [language]);
}
