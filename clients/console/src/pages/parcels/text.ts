// The texts of this part.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/parcels/en.json";
import hi from "../../text/parcels/hi.json";

export type ParcelKey = keyof typeof en;
const TEXTS = { en, hi };

export interface ParcelTexts {
  p(key: ParcelKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value; the value itself if there is none. */
  named(prefix: string, value: string): string;
}

export function useParcelText(): ParcelTexts {
  const { language } = useText();
  const p = usePartText<ParcelKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    return { p, named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " ") };
  }, [language, p]);
}
