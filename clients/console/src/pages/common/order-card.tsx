// One order in a column: what it is, how long it may wait, and the buttons of its next steps.
import type { Order, OrderAction } from "@metaia/client";
import { memo, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Money, TimeAgo, useCountdown } from "../../ui/format.js";
import { useDuration } from "./time.js";

const NEXT: OrderAction[] = ["accept", "reject", "prepare", "ready", "assign", "dispatch", "deliver", "complete"];
const SOON = 120; // seconds

/** The actions on a card: the next steps. The order's page has the others. */
function nextOf(order: Order): OrderAction[] {
  const allowed = NEXT.filter((action) => (order.allowedActions as string[]).includes(action));
  if (allowed.includes("accept")) return ["accept", "reject"];
  const assigned = order.deliveryPartnerId !== null || order.status !== "ready";
  return allowed.filter((action) => action !== "assign" || !assigned).slice(0, 3);
}

export const OrderCard = memo(function OrderCard({ order, waits, onAct }: {
  order: Order;
  waits: boolean;
  onAct: (order: Order, action: OrderAction) => void;
}): ReactNode {
  const { t, of } = useText();
  const { name, phone, address } = order.customerInfo;
  const away = order.deliveryPartnerId !== null || order.status === "out_for_delivery";
  const length = useDuration();
  return (
    <li className={waits ? "order-card waits" : "order-card"}>
      <div className="order-head">
        <Link to={`/orders/${order.id}`} className="mono">{order.orderNumber}</Link>
        {order.status === "pending" ? <Deadline at={order.acceptBy} /> : <StatusBadge status={order.status} />}
      </div>
      <p className="order-what">{order.items.map((item) => `${item.quantity} × ${item.name}`).join(", ")}</p>
      <p className="order-who">
        <span>{name || t("order.someone")}</span>
        <Money amount={order.total} currency={order.currency} />
      </p>
      {away && address && (
        <p className="order-where">{address}{phone && <> · <a href={`tel:${phone.replace(/[^+\d]/g, "")}`}>{phone}</a></>}</p>
      )}
      <small className="order-when">
        <TimeAgo at={order.createdAt} />
        {typeof order.estimatedTime === "number" && ["accepted", "preparing"].includes(order.status) && <> · {t("order.ready_in", { time: order.estimatedTime < 60 ? t("minutes", { count: order.estimatedTime }) : length(order.estimatedTime * 60) })}</>}
        {order.rejectReason && <> · {of("reason", order.rejectReason)}</>}
      </small>
      <Buttons order={order} onAct={onAct} />
    </li>
  );
});

function Buttons({ order, onAct }: { order: Order; onAct: (order: Order, action: OrderAction) => void }): ReactNode {
  const { of } = useText();
  const actions = nextOf(order);
  if (!actions.length) return null;
  return (
    <div className="actions">
      {actions.map((action, index) => (
        <Button
          key={action}
          kind={action === "reject" ? "danger" : index === 0 ? "primary" : "normal"}
          aria-label={`${of("action", action)}: ${order.orderNumber}`}
          onClick={() => onAct(order, action)}
        >
          {of("action", action)}
        </Button>
      ))}
    </div>
  );
}

function Deadline({ at }: { at: string | null }): ReactNode {
  const left = useCountdown(at);
  const { t } = useText();
  const length = useDuration();
  if (left === null) return <StatusBadge status="pending" />;
  return <span className={left < SOON ? "deadline soon" : "deadline"} title={t("accept.left", { time: length(left) })}>{length(left)}</span>;
}
