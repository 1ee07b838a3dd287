// The texts of this part, and how its numbers are written.
import { useMemo } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/system/en.json";
import hi from "../../text/system/hi.json";

export type SystemKey = keyof typeof en;
const TEXTS = { en, hi };
const UNITS = ["B", "KB", "MB", "GB", "TB"];

export interface SystemTexts {
  s(key: SystemKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value; the value itself if there is none. */
  named(prefix: string, value: string): string;
  number(value: number | null | undefined, digits?: number): string;
  /** Seconds as milliseconds, or as seconds from one on. */
  time(seconds: number | null | undefined): string;
  bytes(value: number | null | undefined): string;
}

export function useSystemText(): SystemTexts {
  const { language } = useText();
  const s = usePartText<SystemKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    const number = (value: number | null | undefined, digits = 0) => (value === null || value === undefined ? "–" : value.toLocaleString(language, { maximumFractionDigits: digits }));
    return {
      s,
      named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " "),
      number,
      time: (seconds) => (seconds === null || seconds === undefined ? "–" : seconds < 1 ? `${number(seconds * 1000, 1)} ms` : `${number(seconds, 1)} s`),
      bytes(value) {
        if (value === null || value === undefined) return "–";
        const unit = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
        return `${number(value / 1024 ** unit, unit ? 1 : 0)} ${UNITS[unit]}`;
      },
    };
  }, [language, s]);
}
