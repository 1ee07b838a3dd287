// The texts of this part.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/oversight/en.json";
import hi from "../../text/oversight/hi.json";

export type OversightKey = keyof typeof en;
const TEXTS = { en, hi };

export interface OversightTexts {
  o(key: OversightKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value; the value itself if there is none. */
  named(prefix: string, value: string): string;
}

export function useOversightText(): OversightTexts {
  const { language } = useText();
  const o = usePartText<OversightKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    return { o, named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " ") };
  }, [language, o]);
}
