// One order, for every role: its items, its timeline, and the buttons that `allowedActions` names.
import type { MetaiaError, Order, OrderAction } from "@metaia/client";
import { useMetaia, useOrder } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { ConflictDialog } from "../../ui/conflict.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";
import { ActionDialog } from "./action.js";

/** Runs actions on orders: asks for what an action needs, shows a conflict. Return the function and the dialogs. */
export function useActions(): { act: (order: Order, action: OrderAction) => void; dialogs: ReactNode } {
  const { orders } = useMetaia();
  const attempt = useAttempt();
  const [asked, setAsked] = useState<{ order: Order; action: OrderAction } | null>(null);
  const [conflict, setConflict] = useState<{ order: Order; error: MetaiaError } | null>(null);
  const send = (order: Order, action: OrderAction, body: Record<string, unknown>) =>
    attempt(
      () => orders.act(order.id, action as never, { ...body, expectedVersion: order.version } as never),
      (error) => setConflict({ order, error }),
    );
  return {
    act: (order, action) => setAsked({ order, action }),
    dialogs: (
      <>
        {asked && (
          <ActionDialog
            {...asked}
            onClose={() => setAsked(null)}
            onSend={(body) => {
              setAsked(null);
              void send(asked.order, asked.action, body);
            }}
          />
        )}
        {conflict && (
          <ConflictDialog
            before={conflict.order}
            error={conflict.error}
            onClose={() => setConflict(null)}
            onAct={(action) => {
              setConflict(null);
              setAsked({ order: conflict.error.details["order"] as Order, action: action as OrderAction });
            }}
          />
        )}
      </>
    ),
  };
}

export function ActionButtons({ order, onAct }: { order: Order; onAct: (order: Order, action: OrderAction) => void }): ReactNode {
  const { of } = useText();
  const actions = order.allowedActions.filter((action) => action !== "expire") as OrderAction[];
  return (
    <div className="actions">
      {actions.map((action, index) => (
        <Button
          key={action}
          kind={action === "reject" || action === "cancel" ? "danger" : index === 0 ? "primary" : "normal"}
          onClick={(event) => {
            event.stopPropagation();
            onAct(order, action);
          }}
        >
          {of("action", action)}
        </Button>
      ))}
    </div>
  );
}

interface Step {
  action: string;
  status: string;
  at: string;
  note?: string | null;
  actorRole?: string | null;
}

export function OrderPage({ id }: { id: string }): ReactNode {
  const order = useOrder(id);
  const { rest } = useMetaia();
  const { t, of } = useText();
  const { act, dialogs } = useActions();
  const [steps, setSteps] = useState<Step[]>([]);
  useEffect(() => {
    rest.send("get", "/api/orders/{order_id}/timeline", { path: { order_id: id } }).then(
      (answer) => setSteps(answer.data.timeline ?? answer.data.steps ?? []),
      () => undefined,
    );
  }, [rest, id, order?.version]);
  if (!order) return <Skeleton lines={6} />;
  return (
    <div className="columns">
      <Card
        title={<><span className="mono">{order.orderNumber}</span> <StatusBadge status={order.status} /></>}
        tools={<a href={`/track/${order.id}`} target="_blank" rel="noreferrer">{t("order.track")}</a>}
      >
        <ul className="items">
          {order.items.map((item, index) => (
            <li key={index}>
              <span>{item.quantity} × {item.name}</span>
              <Money amount={Number(item.price) * item.quantity} currency={order.currency} />
            </li>
          ))}
          <li className="total"><span>{t("order.total")}</span><Money amount={order.total} currency={order.currency} /></li>
        </ul>
        <dl className="facts">
          <dt>{t("order.customer")}</dt>
          <dd>{[order.customerInfo?.name, order.customerInfo?.phone, order.customerInfo?.address].filter(Boolean).join(" · ") || "–"}</dd>
          {order.estimatedTime != null && <><dt>{t("order.estimate")}</dt><dd>{String(order.estimatedTime)}{typeof order.estimatedTime === "number" ? " min" : ""}</dd></>}
          {order.message && <><dt>{t("order.message")}</dt><dd>{order.message}</dd></>}
          {order.notes && <><dt>{t("order.notes")}</dt><dd>{order.notes}</dd></>}
        </dl>
        <ActionButtons order={order} onAct={act} />
      </Card>
      <Card title={t("order.timeline")}>
        <ol className="timeline">
          {steps.map((step, index) => (
            <li key={index}>
              <StatusBadge status={step.status} /> <span>{of("action", step.action)}</span>
              {step.note && <q>{step.note}</q>} <small><TimeAgo at={step.at} /></small>
            </li>
          ))}
        </ol>
      </Card>
      {dialogs}
    </div>
  );
}
