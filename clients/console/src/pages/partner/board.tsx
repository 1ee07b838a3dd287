// A partner's orders by status, live.
import type { Order } from "@metaia/client";
import { useEvent, usePresence, useUser } from "@metaia/client/react";
import { useMemo, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Card } from "../../ui/card.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";
import { Columns, type ColumnOf } from "../common/columns.js";
import { useFrameOrders, useToday } from "../common/frames.js";
import { Kept } from "../common/kept.js";
import { useActions } from "../common/order.js";
import { Switch } from "../common/switch.js";
import { useDuration } from "../common/time.js";
import { setMuted, useSound } from "./sound.js";
import { useNumbers } from "./today.js";

function columnsOf(orders: readonly Order[], start: string, wanted: string): ColumnOf[] {
  const pending: Order[] = [];
  const working: Order[] = [];
  const ready: Order[] = [];
  const done: Order[] = [];
  for (const order of orders) {
    if (wanted && !`${order.orderNumber} ${order.customerInfo.name}`.toLowerCase().includes(wanted)) continue;
    if (order.status === "pending") pending.push(order);
    else if (order.status === "accepted" || order.status === "preparing") working.push(order);
    else if (order.status === "ready" || order.status === "out_for_delivery") ready.push(order);
    else if (order.updatedAt >= start) done.push(order);
  }
  pending.sort((a, b) => ((a.acceptBy ?? "~") < (b.acceptBy ?? "~") ? -1 : 1)); // the most urgent first
  working.reverse(); // the oldest first
  ready.reverse();
  done.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  return [
    { name: "pending", title: "board.pending", none: "board.pending.none", orders: pending },
    { name: "working", title: "board.working", none: "board.working.none", orders: working },
    { name: "ready", title: "board.ready", none: "board.ready.none", orders: ready },
    { name: "done", title: "board.done", none: "board.done.none", orders: done },
  ];
}

export function Board(): ReactNode {
  const { orders, pending, loaded, more } = useFrameOrders();
  const { t } = useText();
  const { act, dialogs } = useActions({ quick: true });
  const start = useToday();
  const [wanted, setWanted] = useState("");
  const columns = useMemo(() => columnsOf(orders, start, wanted.trim().toLowerCase()), [orders, start, wanted]);
  if (!loaded) return <Skeleton lines={8} />;
  return (
    <>
      <h1 className="visually-hidden">{t("nav.board")}</h1>
      <Numbers orders={orders} loaded={loaded} start={start} />
      <div className="board-tools">
        <input className="filter" type="search" placeholder={t("board.search")} aria-label={t("board.search")} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
        <Availability />
        <Sound />
      </div>
      <Kept orders={orders} more={more} />
      <Columns columns={columns} pending={pending} onAct={act} />
      {dialogs}
    </>
  );
}

function Numbers({ orders, loaded, start }: { orders: readonly Order[]; loaded: boolean; start: string }): ReactNode {
  const { t } = useText();
  const length = useDuration();
  const { waiting, working, done, revenue, toAccept } = useNumbers(orders, loaded, start);
  return (
    <Card className="numbers-card">
      <dl className="numbers" aria-label={t("today")}>
        <div className={waiting ? "amber" : ""}><dt>{t("today.waiting")}</dt><dd>{waiting}</dd></div>
        <div><dt>{t("today.working")}</dt><dd>{working}</dd></div>
        <div><dt>{t("today.done")}</dt><dd>{done}</dd></div>
        <div>
          <dt>{t("today.revenue")}</dt>
          <dd>{revenue.length ? revenue.map(([currency, amount]) => <Money key={currency} amount={amount} currency={currency} />) : "–"}</dd>
        </div>
        <div><dt>{t("today.to_accept")}</dt><dd>{toAccept === null ? "–" : length(toAccept)}</dd></div>
      </dl>
    </Card>
  );
}

/** Whether customers see this partner as online or as busy. */
function Availability(): ReactNode {
  const { t } = useText();
  const { users, set } = usePresence();
  const user = useUser();
  const attempt = useAttempt();
  const [chosen, choose] = useState<boolean | null>(null);
  const [saving, setSaving] = useState(false);
  useEvent("tailor_status_update", ({ partnerId, status }: { partnerId: string; status: string }) => {
    if (partnerId === user?.id) choose(status === "busy"); // also chosen on another device
  });
  const busy = chosen ?? users.find((one) => one.userId === user?.id)?.status === "busy";
  const change = async (next: boolean) => {
    setSaving(true);
    choose(next);
    if (!(await attempt(() => set(next ? "busy" : "online")))) choose(!next);
    setSaving(false);
  };
  return <Switch label={t(busy ? "busy.on" : "busy.off")} on={!busy} busy={saving} onChange={(on) => void change(!on)} />;
}

function Sound(): ReactNode {
  const { t } = useText();
  const { muted, armed } = useSound();
  return (
    <>
      <Switch label={t("sound")} on={!muted} onChange={(on) => setMuted(!on)} />
      {!muted && !armed && <small className="muted">{t("sound.gesture")}</small>}
    </>
  );
}
