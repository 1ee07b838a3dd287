// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/desk/en.json";
import hi from "../../text/desk/hi.json";

export type DeskKey = keyof typeof en;
const TEXTS = { en, hi };

export const useDeskText = (): ((key: DeskKey, values?: Record<string, string | number>) => string) => usePartText<DeskKey>(TEXTS);
