// The texts of this part.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/cash/en.json";
import hi from "../../text/cash/hi.json";
import { times } from "../../ui/format.js";

export type CashKey = keyof typeof en;
const TEXTS = { en, hi };
export const HANDOVERS = "/api/admin/finance/cash-handovers";

export interface CashTexts {
  c(key: CashKey, values?: Record<string, string | number>): string;
  /** A day and a time in the language of the page. */
  time(at: string): string;
}

export function useCashText(): CashTexts {
  const { language } = useText();
  const c = usePartText<CashKey>(TEXTS);
  return useMemo(() => ({ c, time: times(language) }), [language, c]);
}
