// A person's orders, live, with filters by status.
import type { Order } from "@metaia/client";
import { useUser } from "@metaia/client/react";
import { useMemo, useState, type ReactNode } from "react";
import { PARTNERS } from "../../app/roles.js";
import { useRouter } from "../../app/router.js";
import { useText, type Key } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useFrameOrders } from "../common/frames.js";
import { Kept } from "../common/kept.js";

const PAGE = 50;
const GROUPS: [name: string, statuses: Order["status"][]][] = [
  ["all", []],
  ["open", ["pending", "accepted", "preparing"]],
  ["ready", ["ready", "out_for_delivery"]],
  ["done", ["delivered", "completed"]],
  ["off", ["rejected", "cancelled"]],
];

export function MyOrders({ title = "nav.my_orders" }: { title?: Key }): ReactNode {
  const { orders, loaded, more } = useFrameOrders();
  const { t, of } = useText();
  const { go } = useRouter();
  const role = useUser()?.role ?? "";
  const buys = role === "customer";
  const [group, setGroup] = useState("all");
  const [wanted, setWanted] = useState("");
  const [limit, setLimit] = useState(PAGE);
  const found = useMemo(() => {
    const statuses = GROUPS.find(([name]) => name === group)![1];
    const text = wanted.trim().toLowerCase();
    return orders.filter((order) => (!statuses.length || statuses.includes(order.status)) && (!text || textOf(order).includes(text)));
  }, [orders, group, wanted]);
  if (!loaded) return <Skeleton lines={8} />;
  const place = (buys || PARTNERS.includes(role)) && <Button kind="primary" onClick={() => go(buys ? "/order" : "/counter")}>{t("nav.place")}</Button>;
  return (
    <Card title={t(title)} tools={place}>
      <Filters orders={orders} group={group} onGroup={setGroup} wanted={wanted} onWanted={setWanted} />
      <Kept orders={orders} more={more} />
      {found.length === 0 ? (
        <Empty title={t(orders.length ? "orders.none_found" : "orders.none")}>{!orders.length && buys && t("orders.first")}</Empty>
      ) : (
        <Table
          caption={t(title)}
          rows={found.slice(0, limit)}
          keyOf={(order) => order.id}
          name={(order) => `${order.orderNumber}, ${of("status", order.status)}`}
          onOpen={(order) => go(`/orders/${order.id}`)}
          columns={[
            { title: t("order.number"), cell: (order) => <span className="mono">{order.orderNumber}</span> },
            { title: t("order.status"), cell: (order) => <StatusBadge status={order.status} /> },
            { title: t("order.items"), cell: (order) => order.items.map((item) => `${item.quantity} × ${item.name}`).join(", ") },
            { title: t("order.total"), right: true, cell: (order) => <Money amount={order.total} currency={order.currency} /> },
            { title: t("order.changed"), cell: (order) => <TimeAgo at={order.updatedAt} /> },
          ]}
        />
      )}
      {found.length > limit && (
        <div className="after-table"><Button kind="quiet" className="wide" onClick={() => setLimit(limit + PAGE)}>{t("more", { count: Math.min(PAGE, found.length - limit) })}</Button></div>
      )}
    </Card>
  );
}

const textOf = (order: Order) =>
  `${order.orderNumber} ${order.customerInfo.name} ${order.items.map((item) => item.name).join(" ")}`.toLowerCase();

function Filters({ orders, group, onGroup, wanted, onWanted }: {
  orders: readonly Order[];
  group: string;
  onGroup: (name: string) => void;
  wanted: string;
  onWanted: (text: string) => void;
}): ReactNode {
  const { t, of } = useText();
  const counts = useMemo(
    () => GROUPS.map(([, statuses]) => orders.filter((order) => !statuses.length || statuses.includes(order.status)).length),
    [orders],
  );
  return (
    <div className="order-filters" role="group" aria-label={t("filter")}>
      <div className="chips">
        {GROUPS.map(([name], index) => (
          <button key={name} type="button" className="chip" aria-pressed={group === name} onClick={() => onGroup(name)}>
            {of("group", name)} <b>{counts[index]}</b>
          </button>
        ))}
      </div>
      <input className="filter" type="search" placeholder={t("orders.find")} aria-label={t("orders.find")} value={wanted} onChange={(event) => onWanted(event.currentTarget.value)} />
    </div>
  );
}
