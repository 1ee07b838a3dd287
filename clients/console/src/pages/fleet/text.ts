// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/fleet/en.json";
import hi from "../../text/fleet/hi.json";

const TEXTS = { en, hi };

export const useFleetText = () => usePartText<keyof typeof en>(TEXTS);
