// The texts of this part, its badge, and times by the clock of the place.
import type { Booking } from "@metaia/client/bookings";
import { useMemo, type ReactNode } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/bookings/en.json";
import hi from "../../text/bookings/hi.json";
import { Badge } from "../../ui/badge.js";

export type BookingKey = keyof typeof en;
const TEXTS = { en, hi };
const TONES: Record<string, string> = {
  held: "amber", pending: "amber", confirmed: "green", checked_in: "blue", completed: "green", no_show: "red",
  declined: "red", expired: "grey", cancelled: "grey",
};
const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export interface BookingTexts {
  b(key: BookingKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value, such as `status.held`; the value itself if there is none. */
  named(prefix: string, value: string): string;
  /** A date such as 2026-12-02, with its weekday. */
  day(date: string): string;
  /** The time of day by the clock of a zone. */
  clock(at: string, timeZone: string): string;
  /** Day and time by the clock of the place, with its name if the reader's zone is another one. */
  when(at: string, timeZone: string): string;
  /** Minutes as hours or days, if they are whole ones. */
  length(minutes: number): string;
}

export function useBookingText(): BookingTexts {
  const { language } = useText();
  const b = usePartText<BookingKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    const locale = language === "hi" ? "hi-IN" : "en-GB";
    const made = new Map<string, Intl.DateTimeFormat>();
    const format = (timeZone: string, options: Intl.DateTimeFormatOptions) => {
      const key = `${timeZone} ${JSON.stringify(options)}`;
      if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone }));
      return made.get(key)!;
    };
    const clock = (at: string, timeZone: string) => format(timeZone, { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(at));
    return {
      b,
      named: (prefix, value) => own[`${prefix}.${value}`] ?? value.replaceAll("_", " "),
      day: (date) => format("UTC", { weekday: "short", day: "numeric", month: "short" }).format(new Date(`${date}T00:00:00Z`)),
      clock,
      when(at, timeZone) {
        const day = format(timeZone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(new Date(at));
        const place = timeZone === HERE ? "" : ` (${timeZone.split("/").at(-1)!.replaceAll("_", " ")})`;
        return `${day}, ${clock(at, timeZone)}${place}`;
      },
      length(minutes) {
        if (minutes % 1440 === 0 && minutes) return b("days", { count: minutes / 1440 });
        if (minutes % 60 === 0 && minutes) return b("hours", { count: minutes / 60 });
        return b("minutes", { count: minutes });
      },
    };
  }, [language, b]);
}

export function BookingBadge({ status }: { status: Booking["status"] }): ReactNode {
  const { named } = useBookingText();
  return <Badge tone={TONES[status] ?? "grey"}>{named("status", status)}</Badge>;
}
