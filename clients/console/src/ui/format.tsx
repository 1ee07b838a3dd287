// Money and times in the language of the page.
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../app/text.js";

const made = new Map<string, unknown>();

/** Return what `make` made for `key` before: to make a formatter is slow. */
function once<T>(key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

/** `amount` in major units, as the API gives it. */
export function Money({ amount, currency }: { amount: number | string; currency: string }): ReactNode {
  const { language } = useText();
  const format = once(`money ${language} ${currency}`, () => new Intl.NumberFormat(language === "hi" ? "hi-IN" : "en-IN", { style: "currency", currency }));
  return <span className="money">{format.format(Number(amount))}</span>;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** "3 minutes ago", with the exact time as tooltip. */
export function TimeAgo({ at }: { at: string }): ReactNode {
  const { language } = useText();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 15_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = (new Date(at).getTime() - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[3]!;
  const relative = once(`relative ${language}`, () => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));
  const exact = once(`exact ${language}`, () => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }));
  return <time dateTime={at} title={exact.format(new Date(at))}>{relative.format(Math.round(seconds / length), unit)}</time>;
}

/** Return a function that states a day and a time in a language. */
export function times(language: string): (at: string) => string {
  const format = once(`times ${language}`, () => new Intl.DateTimeFormat(language === "hi" ? "hi-IN" : "en-IN", { dateStyle: "medium", timeStyle: "short" }));
  return (at) => format.format(new Date(at));
}

/** Seconds until `at`, counted down once a second; never below 0. */
export function useCountdown(at: string | null | undefined): number | null {
  const left = () => (at ? Math.max(0, Math.round((new Date(at).getTime() - Date.now()) / 1000)) : null);
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    if (!at) return;
    const timer = setInterval(() => setSeconds(left()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  return seconds;
}

export const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
