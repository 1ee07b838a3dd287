// Deliveries that wait for a courier too long, and couriers that were lost; admins offer them again.
import { useEvent, useMetaia, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { ActionButton } from "../../ui/action.js";
import { Card } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { useOversightText } from "./text.js";

const PATH = "/api/admin/deliveries";
const STATES = ["unclaimed", "claimed", "lost"] as const;

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
  courier?: { firstName: string | null } | null;
}

export function DeliveriesPage(): ReactNode {
  const { rest } = useMetaia();
  const { o, named } = useOversightText();
  const { Choose, Filters, List, useList } = staff.views!; // its script has loaded before this one
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const [state, setState] = useState<string>("unclaimed");
  const list = useList<Row>(PATH, "deliveries", { state }, false);
  useEvent("delivery:offer" as never, list.reload);
  useEvent("delivery:closed" as never, list.reload);
  const offer = (one: Row) => rest.send("post", `${PATH}/${one.id}/offer`, { body: { mode: "broadcast" }, key: crypto.randomUUID() }).then(list.reload);
  return (
    <Card title={o("deliveries")} tools={<Link to="/shops">{o("shops")}</Link>}>
      <Filters>
        <Choose label={o("status")} value={state} onChange={setState} options={STATES.map((one) => [one, named("state", one)] as const)} />
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
          { title: o("waits"), cell: (one) => (one.wantedAt ? <TimeAgo at={one.wantedAt} /> : "–") },
          { title: o("pay"), right: true, cell: (one) => <Money amount={one.pay + one.tip} currency={one.currency} /> },
          ...(admin && state === "unclaimed" ? [{ title: o("actions"), cell: (one: Row) => <ActionButton action={() => offer(one)} done={o("offered")}>{o("offer")}</ActionButton> }] : []),
        ]}
      />
    </Card>
  );
}
