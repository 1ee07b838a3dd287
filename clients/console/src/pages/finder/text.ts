// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/finder/en.json";
import hi from "../../text/finder/hi.json";

const TEXTS = { en, hi };

export const useFinderText = () => usePartText<keyof typeof en>(TEXTS);
