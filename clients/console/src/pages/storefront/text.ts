// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/storefront/en.json";
import hi from "../../text/storefront/hi.json";

const TEXTS = { en, hi };

export const useStorefrontText = () => usePartText<keyof typeof en>(TEXTS);
