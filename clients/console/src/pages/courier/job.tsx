// A delivery of the courier: where to fetch it, where to bring it, and the next step.
import type { Delivery } from "@metaia/client/couriers";
import { useCouriersClient } from "@metaia/client/couriers/react";
import { useOrder, useStore } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { fleet } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { ActionButton } from "../../ui/action.js";
import { Badge, StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Money } from "../../ui/format.js";
import { DeliverDialog } from "./deliver.js";
import { useCourierText } from "./text.js";

interface Destination {
  address: string;
  instructions: string | null;
  leaveAtDoor: boolean;
}

const lineOf = (address: Record<string, string | null> | null | undefined): string => ["line1", "line2", "postalCode", "city"].map((name) => address?.[name]).filter(Boolean).join(", ");

export function Job({ delivery }: { delivery: Delivery }): ReactNode {
  const { c, named, hour } = useCourierText();
  const client = useCouriersClient();
  const order = useOrder(delivery.orderId);
  const [asked, ask] = useState<"deliver" | "release" | "problem" | null>(null);
  const kept = useStore(client.store, (state) => state.kept).filter((one) => one.orderId === delivery.orderId);
  const left = kept.some((one) => one.action === "dispatch");
  const allowed = (order?.allowedActions ?? []) as readonly string[];
  // Without a network the goods are handed over after they were taken along, whatever the server knows.
  const actions = kept.some((one) => one.state === "failed" || one.action === "deliver") ? [] : left ? ["deliver"] : allowed;
  const { partner, customerInfo, cashToCollect, currency, proofNeeded: proof } = delivery;
  const destination = (order as { destination?: Destination | null } | undefined)?.destination;
  const out = order?.status === "out_for_delivery";
  const id = delivery.orderId!;
  const phone = customerInfo?.phone;
  return (
    <li className="job">
      <p className="job-head"><Link to={`/orders/${id}`} className="mono">{delivery.orderNumber ?? c("order")}</Link> {order && <StatusBadge status={order.status} />}</p>
      <dl className="facts">
        <dt>{c("from")}</dt><dd>{partner?.businessName ?? c("shop")} <small className="muted block">{lineOf(partner?.address)}</small></dd>
        <dt>{c("to")}</dt><dd>{customerInfo?.name} <small className="block">{destination?.address ?? customerInfo?.address}</small>{destination?.instructions && <q className="small">{destination.instructions}</q>}</dd>
        {phone && <><dt>{c("phone")}</dt><dd><a href={`tel:${phone.replace(/[^+\d]/g, "")}`}>{phone}</a></dd></>}
        {delivery.notes && <><dt>{c("notes")}</dt><dd>{delivery.notes}</dd></>}
      </dl>
      <span className="badges">
        {destination?.leaveAtDoor && <Badge tone="blue">{c("leave")}</Badge>}
        {cashToCollect > 0 && <Badge tone="amber">{c("cash")} <Money amount={cashToCollect} currency={currency} /></Badge>}
        {proof.code && <Badge tone="violet">{c("code.needed")}</Badge>}
      </span>
      {kept.map((one) => (
        <p key={one.id} role="status" className={one.state === "failed" ? "error" : "muted"}>
          <strong>{c(one.action)}</strong> {one.state === "failed" ? c("kept.refused", { reason: named("error", one.error ?? "") }) : c("kept", { time: hour(one.body.occurredAt) })}
          {one.state === "failed" && <> <Button onClick={() => client.discard(one.id)}>{c("kept.discard")}</Button></>}
        </p>
      ))}
      <div className="actions">
        {actions.includes("dispatch") && <ActionButton kind="primary" action={() => client.dispatch(id)} done={c("dispatched")}>{c("dispatch")}</ActionButton>}
        {actions.includes("deliver") && <Button kind="primary" onClick={() => ask("deliver")}>{c("deliver")}</Button>}
        {actions.includes("report-problem") && <Button onClick={() => ask("problem")}>{c("problem")}</Button>}
        {out && actions.includes("return") && <ActionButton action={() => client.bringBack(id)} done={c("returned")}>{c("return")}</ActionButton>}
        {actions.includes("release") && <Button kind="danger" onClick={() => ask("release")}>{c("release")}</Button>}
      </div>
      {asked === "deliver" && <DeliverDialog orderId={id} proof={proof} onClose={() => ask(null)} />}
      {(asked === "release" || asked === "problem") && <Loaded part={fleet} lines={0} show={({ ReasonDialog }) => <ReasonDialog client={client} orderId={id} action={asked} onClose={() => ask(null)} />} />}
    </li>
  );
}
