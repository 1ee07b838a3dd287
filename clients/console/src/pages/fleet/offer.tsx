// A delivery that is open: what it pays and how far it goes, without personal data.
import { MetaiaError } from "@metaia/client";
import type { Couriers, Delivery } from "@metaia/client/couriers";
import type { ReactNode } from "react";
import { useAction } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { clock, Money, TimeAgo, useCountdown } from "../../ui/format.js";
import { useToast } from "../../ui/toast.js";
import { useText } from "../../app/text.js";
import { useFleetText } from "./text.js";

/** Refusals that have a text. */
const REFUSALS = ["already_claimed", "not_offered", "off_shift", "too_many_jobs"] as const;

export function OpenDelivery({ client, delivery }: { client: Couriers; delivery: Delivery }): ReactNode {
  const { language } = useText();
  const c = useFleetText();
  const number = (value: number) => new Intl.NumberFormat(language === "hi" ? "hi-IN" : "en-IN", { maximumFractionDigits: 1 }).format(value);
  const hour = new Intl.DateTimeFormat(language === "hi" ? "hi-IN" : "en-IN", { timeStyle: "short" });
  const toast = useToast();
  const { busy, run } = useAction();
  const { partner, dropoff, pay, tip, currency, cashToCollect, pickupKm, distanceKm, itemCount, wantedAt, readyAt, expiresAt, allowedActions } = delivery;
  const seconds = useCountdown(expiresAt);
  const isReady = readyAt !== null && Date.parse(readyAt) <= Date.now();
  const refused = (error: MetaiaError) => {
    const known = REFUSALS.find((one) => one === error.code);
    toast(known ? c(`error.${known}`) : error.message, "error");
  };
  return (
    <li className="job">
      <p className="job-head"><strong>{partner?.businessName ?? c("shop")}</strong> <b><Money amount={pay + tip} currency={currency} /></b></p>
      <p className="small">{[dropoff.postalCode, dropoff.city].filter(Boolean).join(" ") || c("dropoff")}</p>
      <p className="small muted">
        {[pickupKm !== null ? c("km.pickup", { km: number(pickupKm) }) : "", distanceKm !== null ? c("km.ride", { km: number(distanceKm) }) : "", c("items", { count: itemCount })].filter(Boolean).join(" · ")}
      </p>
      <span className="badges">
        {tip > 0 && <Badge tone="green">{c("tip")} <Money amount={tip} currency={currency} /></Badge>}
        {cashToCollect > 0 && <Badge tone="amber">{c("cash")} <Money amount={cashToCollect} currency={currency} /></Badge>}
        {readyAt && <Badge tone={isReady ? "green" : "blue"}>{isReady ? c("ready") : c("ready.at", { time: hour.format(new Date(readyAt)) })}</Badge>}
        {seconds !== null && <Badge tone="violet">{c("expires", { time: clock(seconds) })}</Badge>}
        {wantedAt && <small className="muted"><TimeAgo at={wantedAt} /></small>}
      </span>
      <div className="actions">
        {allowedActions.includes("claim") && <Button kind="primary" busy={busy} onClick={() => void run(() => client.claim(delivery.id), c("claimed"), refused)}>{c("claim")}</Button>}
        {allowedActions.includes("decline") && <Button busy={busy} onClick={() => void run(() => client.decline(delivery.id), undefined, refused)}>{c("decline")}</Button>}
      </div>
    </li>
  );
}
