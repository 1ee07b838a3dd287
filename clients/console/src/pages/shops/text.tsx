// The texts of this part, and what several of its pages show of a shop.
import type { Rating, Shop } from "@metaia/client/shops";
import { useMemo, type ReactNode } from "react";
import { usePartText, useText } from "../../app/text.js";
import en from "../../text/shops/en.json";
import hi from "../../text/shops/hi.json";
import { Badge } from "../../ui/badge.js";

export type ShopKey = keyof typeof en;
const TEXTS = { en, hi };
const TONES = { open: "green", busy: "amber", closed: "grey" } as const;

export interface ShopTexts {
  s(key: ShopKey, values?: Record<string, string | number>): string;
  /** The text of a key that is made of a value, such as `problem.shop_closed`; undefined if there is none. */
  named(prefix: string, value: string): string | undefined;
  /** A weekday and a time in the language of the page. */
  time(at: string): string;
  hour(at: string): string;
  number(value: number, digits?: number): string;
}

export function useShopText(): ShopTexts {
  const { language } = useText();
  const s = usePartText<ShopKey>(TEXTS);
  return useMemo(() => {
    const own: Record<string, string> = TEXTS[language];
    const locale = language === "hi" ? "hi-IN" : "en-IN";
    const hours = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
    const times = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit" });
    return {
      s,
      named: (prefix, value) => own[`${prefix}.${value}`],
      hour: (at) => hours.format(new Date(at)),
      time: (at) => times.format(new Date(at)),
      number: (value, digits = 1) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value),
    };
  }, [language, s]);
}

export function AvailabilityBadge({ shop }: { shop: Pick<Shop, "availability" | "opensAt" | "pausedUntil"> }): ReactNode {
  const { s, time } = useShopText();
  const { availability, opensAt, pausedUntil } = shop;
  const until = availability === "closed" ? (pausedUntil ?? opensAt) : null;
  return <Badge tone={TONES[availability]}>{until ? s("closed.until", { time: time(until) }) : s(availability)}</Badge>;
}

export function Stars({ rating }: { rating: Rating | null | undefined }): ReactNode {
  const { s, number } = useShopText();
  if (!rating?.count || rating.average === null) return <span className="muted">{s("rating.none")}</span>;
  const value = number(rating.average);
  return <span className="stars" role="img" aria-label={s("rating.of", { value, count: rating.count })}><b aria-hidden="true">★ {value}</b> <small aria-hidden="true">({number(rating.count, 0)})</small></span>;
}

/** Distance, delivery, minutes: what a customer compares. */
export function useTerms(): (shop: Shop, money: (amount: number) => string) => string[] {
  const { s, number } = useShopText();
  return ({ distanceKm, delivery, fulfilments }, money) => {
    const found: string[] = [];
    if (distanceKm != null) found.push(s("distance", { km: number(distanceKm) }));
    if (delivery?.available) {
      if (delivery.fee !== null) found.push(delivery.fee === 0 ? s("fee.none") : s("fee", { amount: money(delivery.fee) }));
      if (delivery.etaMinutes) found.push(s("eta", { low: delivery.etaMinutes[0]!, high: delivery.etaMinutes[1]! }));
    } else if (delivery) found.push(s("delivery.none"));
    else if (!fulfilments.includes("delivery")) found.push(s("pickup.only"));
    return found;
  };
}
