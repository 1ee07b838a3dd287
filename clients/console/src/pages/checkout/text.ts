// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/checkout/en.json";
import hi from "../../text/checkout/hi.json";

const TEXTS = { en, hi };

export const useCheckoutText = () => usePartText<keyof typeof en>(TEXTS);
