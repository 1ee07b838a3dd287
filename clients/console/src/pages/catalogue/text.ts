// The texts of this part.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/catalogue/en.json";
import hi from "../../text/catalogue/hi.json";

export type CatalogueKey = keyof typeof en;
const TEXTS = { en, hi };

export interface CatalogueTexts {
  c(key: CatalogueKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value; the value itself if there is none. */
  named(prefix: string, value: string): string;
  /** A date and a time in the language of the page. */
  time(at: string): string;
}

export function useCatalogueText(): CatalogueTexts {
  const { language } = useText();
  const c = usePartText<CatalogueKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    const times = new Intl.DateTimeFormat(language === "hi" ? "hi-IN" : "en-IN", { dateStyle: "medium", timeStyle: "short" });
    return { c, named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " "), time: (at) => times.format(new Date(at)) };
  }, [language, c]);
}
