// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/restrictions/en.json";
import hi from "../../text/restrictions/hi.json";

export type RestrictionKey = keyof typeof en;
const TEXTS = { en, hi };

export const useRestrictionText = (): ((key: RestrictionKey, values?: Record<string, string | number>) => string) => usePartText<RestrictionKey>(TEXTS);
