// All parcels, for staff: those that are late, and those without news.
import type { Shipment } from "@metaia/client/shipments";
import { useEvent } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { Card } from "../../ui/card.js";
import { Field } from "../../ui/field.js";
import { TimeAgo } from "../../ui/format.js";
import { ParcelBadges } from "./parcel.js";
import { useParcelText } from "./text.js";

const SHOWN = ["late", "stale", "all"] as const;

export function ParcelsPage(): ReactNode {
  const { p } = useParcelText();
  const { Choose, Filters, List, useList } = staff.views!; // its script has loaded before this one
  const [shown, setShown] = useState<string>("late");
  const [typed, setTyped] = useState("");
  const marked = { late: shown === "late" ? "true" : "", stale: shown === "stale" ? "true" : "" };
  const list = useList<Shipment>("/api/shipments", "shipments", { ...marked, q: typed.trim() }, false);
  useEvent("shipment_update" as never, list.reload);
  const names = { late: p("late.only"), stale: p("stale.only"), all: p("all") };
  return (
    <Card title={p("parcels")}>
      <Filters>
        <Choose label={p("status")} value={shown} onChange={setShown} options={SHOWN.map((one) => [one, names[one]] as const)} />
        <Field label={p("search")} maxLength={64} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      </Filters>
      <List
        list={list}
        none={p("none")}
        caption={p("parcels")}
        columns={[
          { title: p("parcel"), cell: (one) => <Link to={`/orders/${one.orderId}`} className="mono">{one.trackingCode}</Link> },
          { title: p("carrier"), cell: (one) => one.carrier },
          { title: p("status"), cell: (one) => <ParcelBadges shipment={one} /> },
          { title: p("last_seen"), cell: (one) => (one.lastScanAt ? <TimeAgo at={one.lastScanAt} /> : "–") },
          { title: p("expected"), cell: (one) => (one.estimatedDelivery ? <TimeAgo at={one.estimatedDelivery} /> : "–") },
        ]}
      />
    </Card>
  );
}
