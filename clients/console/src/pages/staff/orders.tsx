// All orders: search, filter, sort; rows follow the events.
import type { Order } from "@metaia/client";
import { useEvent, useMetaia, useStore } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText, type Key } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import type { Column } from "../../ui/table.js";
import { useBulk } from "./bulk.js";
import { Choose, Filters, Search } from "./filters.js";
import { List, useList } from "./list.js";

export const STATUSES = ["pending", "accepted", "preparing", "ready", "out_for_delivery", "delivered", "completed", "rejected", "cancelled"];
const SORTS = ["-createdAt", "createdAt", "-updatedAt", "-total", "total", "orderNumber"];

export function useOrderColumns(): Column<Order>[] {
  const { t } = useText();
  return [
    { title: t("order.number"), cell: (order) => <span className="mono">{order.orderNumber}</span> },
    { title: t("order.status"), cell: (order) => <StatusBadge status={order.status} /> },
    { title: t("order.customer"), cell: (order) => order.customerInfo?.name ?? "–" },
    { title: t("order.items"), cell: (order) => <span className="clip">{order.items.map((item) => `${item.quantity} × ${item.name}`).join(", ")}</span> },
    { title: t("order.total"), right: true, cell: (order) => <Money amount={order.total} currency={order.currency} /> },
    { title: t("order.changed"), cell: (order) => <TimeAgo at={order.updatedAt} /> },
  ];
}

export function AllOrders(): ReactNode {
  const { t, of } = useText();
  const { go } = useRouter();
  const columns = useOrderColumns();
  const [q, setQ] = useState("");
  const [status, setStatus] = useState("");
  const [sort, setSort] = useState(SORTS[0]!);
  const list = useList<Order>("/api/orders", "orders", { q, status, sort });
  const bulk = useBulk<Order>("orders", { q, status }, (order) => order.orderNumber);
  const live = useStore(useMetaia().orders.store, ({ byId }) => byId);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEvent("order_update", ({ order }: { order?: Order }) => {
    if (order && list.rows && !list.rows.some((one) => one.id === order.id)) setFresh((before) => new Set(before).add(order.id));
  });
  useEffect(() => setFresh(new Set()), [q, status, sort]);
  const newest = (order: Order): Order => {
    const known = live[order.id];
    return known && known.version > order.version ? known : order;
  };
  const shown = { ...list, rows: list.rows?.map(newest) };
  return (
    <Card
      title={t("nav.orders")}
      tools={
        <>
          {fresh.size > 0 && (
            <Button
              kind="primary"
              onClick={() => {
                setFresh(new Set());
                list.reload();
              }}
            >
              {t("orders.fresh", { count: fresh.size })}
            </Button>
          )}
          {bulk.tool}
        </>
      }
    >
      <Filters>
        <Search label={t("orders.search")} value={q} onChange={setQ} />
        <Choose label={t("order.status")} all={t("filter.all_statuses")} value={status} onChange={setStatus} options={STATUSES.map((one) => [one, of("status", one)] as const)} />
        <Choose label={t("sort")} value={sort} onChange={setSort} options={SORTS.map((one) => [one, t(`sort.${one}` as Key)] as const)} />
      </Filters>
      {bulk.bar}
      <List
        list={shown}
        none={q || status ? t("list.no_match") : t("orders.none")}
        caption={t("nav.orders")}
        columns={[...bulk.columns, ...columns]}
        name={(order) => `${order.orderNumber}, ${of("status", order.status)}`}
        onOpen={(order) => go(`/orders/${order.id}`)}
      />
    </Card>
  );
}
