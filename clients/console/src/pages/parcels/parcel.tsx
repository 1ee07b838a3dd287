// One parcel: where it is, its scans, and what may be done with it.
import type { Shipment, Shipments } from "@metaia/client/shipments";
import { useState, type ReactNode } from "react";
import { useAction } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { TimeAgo } from "../../ui/format.js";
import { ScanDialog } from "./forms.js";
import { ParcelMap } from "./map.js";
import { useRefusal } from "./refusal.js";
import { useParcelText } from "./text.js";

const TONES: Record<string, string> = {
  picked_up: "blue", in_transit: "blue", out_for_delivery: "violet", attempt_failed: "amber", pickup_point: "violet",
  delivered: "green", returning: "amber", returned: "red", lost: "red",
};
const DAY = 86_400_000;

export function ParcelBadges({ shipment: { status, late, stale } }: { shipment: Shipment }): ReactNode {
  const { p, named } = useParcelText();
  return (
    <span className="badges">
      <Badge tone={TONES[status] ?? "grey"}>{named("status", status)}</Badge>
      {late && <Badge tone="amber">{p("late")}</Badge>}
      {stale && <Badge tone="amber">{p("stale")}</Badge>}
    </span>
  );
}

export function Parcel({ client, shipment }: { client: Shipments; shipment: Shipment }): ReactNode {
  const { p, named } = useParcelText();
  const refused = useRefusal();
  const { busy, run } = useAction();
  const [scans, setScans] = useState(false);
  const may = (action: string) => (shipment.allowedActions as string[]).includes(action);
  const last = shipment.scans.at(-1);
  const seen = last && Date.now() - Date.parse(last.at) > DAY;
  return (
    <li className="parcel">
      <span className="grow">
        <strong>{shipment.carrier}</strong>{" "}
        {shipment.trackingUrl ? <a className="mono" href={shipment.trackingUrl} target="_blank" rel="noreferrer" aria-label={`${p("page")}: ${shipment.trackingCode}`}>{shipment.trackingCode}</a> : <span className="mono">{shipment.trackingCode}</span>}{" "}
        <ParcelBadges shipment={shipment} />
        {last?.location?.city && <small className="muted block">{seen ? `${p("last_seen")}: ` : ""}{last.location.city} · <TimeAgo at={last.at} /></small>}
        {shipment.estimatedDelivery && <small className="muted block">{p("expected")} <TimeAgo at={shipment.estimatedDelivery} /></small>}
        <ParcelMap shipment={shipment} />
        {shipment.scans.length > 0 && (
          <details>
            <summary>{p("scans")} ({shipment.scans.length})</summary>
            <ol className="timeline">
              {[...shipment.scans].reverse().map((scan, index) => (
                <li key={index}>
                  <strong>{named("status", scan.status)}</strong> <span className="muted">{scan.location?.city}</span>
                  {scan.message && <q>{scan.message}</q>}
                  <small><TimeAgo at={scan.at} /></small>
                </li>
              ))}
            </ol>
          </details>
        )}
        <span className="actions">
          <a href={shipment.shareUrl} target="_blank" rel="noreferrer">{p("share")}</a>
          {may("scan") && <Button onClick={() => setScans(true)}>{p("action.scan")}</Button>}
          {may("refresh") && <Button busy={busy} onClick={() => void run(() => client.refresh(shipment.id), p("refreshed"), refused)}>{p("action.refresh")}</Button>}
          {may("cancel") && <Button kind="danger" busy={busy} onClick={() => void run(() => client.cancel(shipment.id), p("cancelled"), refused)}>{p("action.cancel")}</Button>}
        </span>
      </span>
      {scans && <ScanDialog client={client} shipment={shipment} onClose={() => setScans(false)} />}
    </li>
  );
}
