// The texts of this part.
import { usePartText } from "../../app/text.js";
import en from "../../text/announcements/en.json";
import hi from "../../text/announcements/hi.json";

const TEXTS = { en, hi };

export const useAnnouncementText = () => usePartText<keyof typeof en>(TEXTS);
