// One order, for every role: its items, its timeline, and the buttons that `allowedActions` names.
import type { MetaiaError, Order, OrderAction } from "@metaia/client";
import { useMetaia, useOrder, usePartnerStatus, useUser } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { files, parcels, payments, shops } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge, StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { ConflictDialog } from "../../ui/conflict.js";
import { Money, TimeAgo, useCountdown } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt, useToast } from "../../ui/toast.js";
import { ActionDialog } from "./action.js";
import { useNames } from "./people.js";
import { Progress } from "./progress.js";
import { useDuration } from "./time.js";

const QUICK: OrderAction[] = ["prepare", "dispatch", "deliver", "complete"]; // they need nothing more

/** Runs actions on orders: asks for what an action needs, shows a conflict. `quick`: the others are one tap. Return the function and the dialogs. */
export function useActions({ quick = false } = {}): { act: (order: Order, action: OrderAction) => void; dialogs: ReactNode } {
  const { orders } = useMetaia();
  const attempt = useAttempt();
  const toast = useToast();
  const { of } = useText();
  const [asked, setAsked] = useState<{ order: Order; action: OrderAction } | null>(null);
  const [conflict, setConflict] = useState<{ order: Order; error: MetaiaError } | null>(null);
  const send = async (order: Order, action: OrderAction, body: Record<string, unknown>) => {
    if (orders.store.getState().pending.has(order.id)) return; // a second tap before the screen shows the first
    const done = await attempt(
      () => orders.act(order.id, action as never, { ...body, expectedVersion: order.version } as never),
      (error) => setConflict({ order, error }),
    );
    if (done) toast(`${order.orderNumber}: ${of("done", action)}`);
  };
  return {
    act: (order, action) => (quick && QUICK.includes(action) ? void send(order, action, {}) : setAsked({ order, action })),
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
  actorRole: string;
}

/** The steps of an order, and whether the server has no such order for this user. */
function useTimeline(id: string, version: number | undefined): { steps: Step[]; missing: boolean } {
  const { rest } = useMetaia();
  const [found, setFound] = useState<{ steps: Step[]; missing: boolean }>({ steps: [], missing: false });
  useEffect(() => {
    const stop = new AbortController();
    rest.send("get", "/api/orders/{order_id}/timeline", { path: { order_id: id }, signal: stop.signal }).then(
      (answer) => setFound({ steps: answer.data.timeline, missing: false }),
      (error: MetaiaError) => [403, 404, 422].includes(error.status) && setFound({ steps: [], missing: true }),
    );
    return () => stop.abort();
  }, [rest, id, version]);
  return found;
}

export function OrderPage({ id }: { id: string }): ReactNode {
  const order = useOrder(id);
  const { t, of } = useText();
  const buys = useUser()?.role === "customer";
  const { act, dialogs } = useActions();
  const { steps, missing } = useTimeline(id, order?.version);
  if (!order) return missing ? <Card><Empty title={t("tracking.unknown")}><Link to="/">{t("back")}</Link></Empty></Card> : <Skeleton lines={6} />;
  const priced = order.items.some((one) => "productId" in one);
  return (
    <div className="columns">
      <Card
        title={<><span className="mono">{order.orderNumber}</span> <StatusBadge status={order.status} /></>}
        tools={<>{dealOf(order) && <Link to={`/deals/${dealOf(order)}`}>{t("order.deal")}</Link>}<a href={`/track/${order.id}`} target="_blank" rel="noreferrer">{t("order.track")}</a></>}
      >
        <Progress status={order.status} />
        {etaOf(order) && <Loaded part={shops} lines={1} show={({ OrderArrival }) => <OrderArrival order={order} />} />}
        <ul className="items">
          {order.items.map((item, index) => (
            <li key={index}>
              <span>
                {item.quantity} × {item.name}
                {picturesOf(item).length > 0 && <Loaded part={files} show={({ Pictures }) => <Pictures ids={picturesOf(item)} />} />}
                {chosenOf(item) && <small className="muted block">{chosenOf(item)}</small>}
                {item.notes && <small className="muted block">{item.notes}</small>}
              </span>
              <Money amount={Number(item.price) * item.quantity} currency={order.currency} />
            </li>
          ))}
          <li className="total"><span>{t("order.total")}</span><Money amount={order.total} currency={order.currency} /></li>
        </ul>
        {priced && <Loaded part={shops} lines={2} show={({ OrderCharges }) => <OrderCharges order={order} />} />}
        {priced && buys && ON_ITS_WAY.includes(order.status) && <Loaded part={shops} lines={1} show={({ DeliveryCode }) => <DeliveryCode order={order} />} />}
        <Facts order={order} />
        {order.payment.method !== "none" && <Loaded part={payments} lines={2} show={({ OrderMoney }) => <OrderMoney order={order} />} />}
        {SHIPPED.includes(order.status) && <Loaded part={parcels} lines={1} show={({ OrderParcels }) => <OrderParcels key={order.id} order={order} />} />}
        <ActionButtons order={order} onAct={act} />
        {buys && DONE.includes(order.status) && <Loaded part={shops} lines={2} show={({ OrderReview }) => <OrderReview order={order} />} />}
      </Card>
      <Card title={t("order.timeline")}>
        <ol className="timeline">
          {steps.map((step, index) => (
            <li key={index}>
              <strong>{of("done", step.action)}</strong> <span className="muted">{of("role", step.actorRole)}</span>
              {step.note && <q>{of("reason", step.note) === step.note.replaceAll("_", " ") ? step.note : of("reason", step.note)}</q>}
              <small><TimeAgo at={step.at} /></small>
            </li>
          ))}
        </ol>
      </Card>
      {dialogs}
    </div>
  );
}

const ON_ITS_WAY = ["accepted", "preparing", "ready", "out_for_delivery"];
const DONE = ["delivered", "completed"]; // then a customer can review it
const SHIPPED = [...ON_ITS_WAY, ...DONE];
const etaOf = (order: Order & { eta?: { highAt: string } | null }) => order.eta;
const dealOf = (order: Order & { dealId?: string }) => order.dealId;
/** The variant and the modifiers of an item from a catalogue. */
const chosenOf = ({ variantName, modifiers = [] }: Order["items"][number] & { variantName?: string | null; modifiers?: { group: string; name?: string; text?: string; value?: number; unit?: string; quantity: number }[] }) =>
  [variantName, ...modifiers.map(({ group, name, text, value, unit, quantity }) => (name ? (quantity > 1 ? `${quantity} × ${name}` : name) : `${group}: ${text ?? `${value} ${unit}`}`))].filter(Boolean).join(", ");
const picturesOf = (item: Order["items"][number] & { mediaIds?: string[] }) => item.mediaIds ?? [];

function Facts({ order }: { order: Order }): ReactNode {
  const { t, of } = useText();
  const name = useNames();
  const length = useDuration();
  const own = useUser();
  const shop = usePartnerStatus(own?.role === "customer" ? order.partnerId ?? undefined : undefined);
  const left = useCountdown(order.acceptBy);
  const { customerInfo: who } = order;
  const minutes = (value: number | string) => (typeof value !== "number" ? value : value < 60 ? t("minutes", { count: value }) : length(value * 60));
  const facts: [string, ReactNode][] = [
    [t("order.customer"), [who.name, who.phone, who.address].filter(Boolean).join(" · ")],
    [t("order.partner"), order.partnerId === null ? t("place.operator") : <>{name(order.partnerId, "vendor")} {shop && <Badge tone={shop === "online" ? "green" : shop === "busy" ? "amber" : "grey"}>{of("status", shop)}</Badge>}</>],
    [t("order.courier"), order.deliveryPartnerId && name(order.deliveryPartnerId, "delivery")],
    [t("order.accept_by"), left !== null && <span className={left < 120 ? "countdown soon" : "countdown"}>{length(left)}</span>],
    [t("order.estimate"), order.estimatedTime !== null && minutes(order.estimatedTime)],
    [t("order.pickup"), order.estimatedPickupTime !== null && minutes(order.estimatedPickupTime)],
    [t("reject.why"), order.rejectReason && of("reason", order.rejectReason)],
    [t("order.message"), order.message],
    [t("order.notes"), order.notes],
    [t("order.placed"), <TimeAgo key="placed" at={order.createdAt} />],
  ];
  return (
    <dl className="facts">
      {facts.filter(([, value]) => value).map(([title, value]) => (
        <div key={title}><dt>{title}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
