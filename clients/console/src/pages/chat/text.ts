// The texts of this part, and times as a conversation shows them.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/chat/en.json";
import hi from "../../text/chat/hi.json";

export type ChatKey = keyof typeof en;
const TEXTS = { en, hi };

export interface ChatTexts {
  c(key: ChatKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value, such as `event.joined`; the value itself if there is none. */
  named(prefix: string, value: string, values?: Record<string, string | number>): string;
  /** The time of a day. */
  clock(at: string): string;
  /** A day, in words. */
  day(at: string): string;
}

export function useChatText(): ChatTexts {
  const { language } = useText();
  const c = usePartText<ChatKey>(TEXTS);
  return useMemo(() => {
    const locale = language === "hi" ? "hi-IN" : "en-IN";
    const times = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
    const days = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
    return {
      c,
      named: (prefix, value, values) => (`${prefix}.${value}` in en ? c(`${prefix}.${value}` as ChatKey, values) : value.replaceAll("_", " ")),
      clock: (at) => times.format(new Date(at)),
      day: (at) => days.format(new Date(at)),
    };
  }, [language, c]);
}
