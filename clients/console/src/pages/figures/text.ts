// The texts of this part.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/figures/en.json";
import hi from "../../text/figures/hi.json";

export type FigureKey = keyof typeof en;
const TEXTS = { en, hi };

export interface FigureTexts {
  f(key: FigureKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value; the value itself if there is none. */
  named(prefix: string, value: string): string;
  /** A number in the language of the page. */
  number(value: number): string;
}

export function useFigureText(): FigureTexts {
  const { language } = useText();
  const f = usePartText<FigureKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    const format = new Intl.NumberFormat(language === "hi" ? "hi-IN" : "en-IN", { maximumFractionDigits: 1 });
    return { f, named: (prefix, value) => own[`${prefix}.${value}`] ?? value, number: (value) => format.format(value) };
  }, [language, f]);
}
