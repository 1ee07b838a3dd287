// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/groups/en.json";
import hi from "../../text/groups/hi.json";

export type GroupKey = keyof typeof en;
const TEXTS = { en, hi };

export const useGroupText = (): ((key: GroupKey, values?: Record<string, string | number>) => string) => usePartText<GroupKey>(TEXTS);
