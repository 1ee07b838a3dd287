// Deliveries that wait for a courier too long, and couriers that were lost; admins offer them again. Positions of couriers
// are shown on request only: the audit log has each look.
import { useEvent, useMetaia, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { ActionButton } from "../../ui/action.js";
import { Card } from "../../ui/card.js";
import { Field } from "../../ui/field.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Switch } from "../common/switch.js";
import { useOversightText } from "./text.js";

const PATH = "/api/admin/deliveries";
const STATES = ["unclaimed", "claimed", "lost"] as const;

/** Return a place as the API takes it; null if it is not whole. */
function placeOf(typed: string): string | null {
  const [lat, lng, more] = typed.split(",").map((one) => (one.trim() ? Number(one) : NaN));
  return more === undefined && Math.abs(lat ?? NaN) <= 85 && Math.abs(lng ?? NaN) <= 180 ? `${lat},${lng}` : null;
}

interface Row {
  id: string;
  orderId: string;
  orderNumber: string;
  partner: { businessName: string } | null;
  dropoff?: { city: string | null; postalCode: string | null } | null;
  pay: number;
  tip: number;
  currency: string;
  wantedAt: string | null;
  pickupKm: number | null;
  courier?: { firstName: string | null; position?: { lat: number; lng: number; at: string } | null } | null;
}

export function DeliveriesPage(): ReactNode {
  const { rest } = useMetaia();
  const { o, named } = useOversightText();
  const { Choose, Filters, List, useList } = staff.views!; // its script has loaded before this one
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const [state, setState] = useState<string>("unclaimed");
  const [typed, setTyped] = useState("");
  const [positions, setPositions] = useState(false);
  const place = placeOf(typed);
  const looks = positions && state !== "unclaimed";
  const list = useList<Row>(PATH, "deliveries", { state, near: place ?? "", positions: looks ? "true" : "" }, false);
  useEvent("delivery:offer" as never, list.reload);
  useEvent("delivery:closed" as never, list.reload);
  const offer = (one: Row) => rest.send("post", `${PATH}/${one.id}/offer`, { body: { mode: "broadcast" }, key: crypto.randomUUID() }).then(list.reload);
  return (
    <Card title={o("deliveries")} tools={<Link to="/shops">{o("shops")}</Link>}>
      <Filters>
        <Choose label={o("status")} value={state} onChange={setState} options={STATES.map((one) => [one, named("state", one)] as const)} />
        <Field label={o("near")} inputMode="text" maxLength={60} value={typed} error={typed.trim() && !place ? o("near.wrong") : undefined} onChange={(event) => setTyped(event.currentTarget.value)} />
        {state !== "unclaimed" && <span><Switch label={o("positions")} on={positions} onChange={setPositions} /> <small className="muted">{o("positions.text")}</small></span>}
      </Filters>
      <List
        list={list}
        none={o("deliveries.none")}
        caption={o("deliveries")}
        columns={[
          { title: o("order"), cell: (one) => <Link to={`/orders/${one.orderId}`} className="mono">{one.orderNumber}</Link> },
          { title: o("shop"), cell: (one) => one.partner?.businessName ?? "–" },
          { title: o("city"), cell: (one) => [one.dropoff?.postalCode, one.dropoff?.city].filter(Boolean).join(" ") || "–" },
          { title: o("courier"), cell: (one) => one.courier?.firstName ?? "–" },
          ...(place ? [{ title: o("away"), right: true, cell: (one: Row) => (one.pickupKm === null ? "–" : `${one.pickupKm} km`) }] : []),
          ...(looks ? [{ title: o("position"), cell: (one: Row) => { const at = one.courier?.position; return at ? <>{at.lat.toFixed(4)}, {at.lng.toFixed(4)} <small className="muted"><TimeAgo at={at.at} /></small></> : "–"; } }] : []),
          { title: o("waits"), cell: (one) => (one.wantedAt ? <TimeAgo at={one.wantedAt} /> : "–") },
          { title: o("pay"), right: true, cell: (one) => <Money amount={one.pay + one.tip} currency={one.currency} /> },
          ...(admin && state === "unclaimed" ? [{ title: o("actions"), cell: (one: Row) => <ActionButton action={() => offer(one)} done={o("offered")}>{o("offer")}</ActionButton> }] : []),
        ]}
      />
    </Card>
  );
}
