// A customer's orders, live.
import { useOrders } from "@metaia/client/react";
import type { ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Table } from "../../ui/table.js";

export function MyOrders(): ReactNode {
  const { orders } = useOrders();
  const { t, of } = useText();
  const { go } = useRouter();
  return (
    <Card title={t("nav.my_orders")}>
      {orders.length === 0 ? (
        <Empty title={t("orders.none")} />
      ) : (
        <Table
          caption={t("nav.my_orders")}
          rows={orders}
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
    </Card>
  );
}
