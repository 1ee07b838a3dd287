// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/planning/en.json";
import hi from "../../text/planning/hi.json";

export type PlanningKey = keyof typeof en;
const TEXTS = { en, hi };

export const usePlanningText = (): ((key: PlanningKey, values?: Record<string, string | number>) => string) => usePartText<PlanningKey>(TEXTS);
