// A courier's orders: what comes, what can be picked up, what is on its way.
import type { Order } from "@metaia/client";
import { useMemo, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Columns, type ColumnOf } from "../common/columns.js";
import { useFrameOrders, useToday } from "../common/frames.js";
import { Kept } from "../common/kept.js";
import { useActions } from "../common/order.js";

const COMING = ["pending", "accepted", "preparing"];
const THERE = ["delivered", "completed"];

function columnsOf(orders: readonly Order[], start: string): ColumnOf[] {
  const of = (wanted: (order: Order) => boolean) => orders.filter(wanted);
  return [
    { name: "ready", title: "tour.ready", none: "tour.ready.none", orders: of(({ status }) => status === "ready").reverse() },
    { name: "away", title: "tour.away", none: "tour.away.none", orders: of(({ status }) => status === "out_for_delivery").reverse() },
    { name: "coming", title: "tour.coming", none: "tour.coming.none", orders: of(({ status }) => COMING.includes(status)).reverse() },
    { name: "done", title: "tour.done", none: "tour.done.none", orders: of((order) => THERE.includes(order.status) && order.updatedAt >= start) },
  ];
}

export function Tour(): ReactNode {
  const { orders, pending, loaded, more } = useFrameOrders();
  const { t } = useText();
  const { act, dialogs } = useActions({ quick: true });
  const start = useToday();
  const columns = useMemo(() => columnsOf(orders, start), [orders, start]);
  if (!loaded) return <Skeleton lines={8} />;
  return (
    <>
      <h1 className="visually-hidden">{t("nav.tour")}</h1>
      <Kept orders={orders} more={more} />
      <Columns columns={columns} pending={pending} onAct={act} />
      {dialogs}
    </>
  );
}
