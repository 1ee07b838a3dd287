// What a partner states: a new parcel, and a scan by hand.
import type { Carrier, NewScan, Shipment, Shipments } from "@metaia/client/shipments";
import { useEffect, useState, type ReactNode } from "react";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, localTime, Select } from "../../ui/field.js";
import { useRefusal } from "./refusal.js";
import { useParcelText } from "./text.js";

const BY_HAND: NewScan["status"][] = ["picked_up", "in_transit", "out_for_delivery", "attempt_failed", "pickup_point", "delivered", "returning", "returned", "lost"];

export function AddDialog({ client, orderId, onClose }: { client: Shipments; orderId: string; onClose: () => void }): ReactNode {
  const { p } = useParcelText();
  const refused = useRefusal();
  const { busy, run } = useAction();
  const [key] = useState(() => crypto.randomUUID()); // a second press adds no second parcel
  const [carriers, setCarriers] = useState<Carrier[]>([]);
  const [slug, setSlug] = useState("manual");
  const [code, setCode] = useState("");
  const [day, setDay] = useState("");
  useEffect(() => void client.carriers().then(setCarriers, () => undefined), [client]);
  const send = async () => {
    const estimatedDelivery = day && new Date(`${day}T23:59:00`).toISOString();
    if (await run(() => client.add(orderId, { slug, trackingCode: code, ...(estimatedDelivery && { estimatedDelivery }) }, key), p("added"), refused)) onClose();
  };
  return (
    <Dialog title={p("add")} onClose={onClose} actions={<Button kind="primary" busy={busy} disabled={code.trim().length < 3} onClick={() => void send()}>{p("add")}</Button>}>
      <Select label={p("carrier")} value={slug} onChange={(event) => setSlug(event.currentTarget.value)} options={carriers.length ? carriers.map((one) => [one.slug, one.name] as const) : [["manual", "…"]]} />
      <Field label={p("code")} hint={p("code.hint")} maxLength={64} autoComplete="off" value={code} onChange={(event) => setCode(event.currentTarget.value)} />
      <Field label={p("expected")} type="date" value={day} onChange={(event) => setDay(event.currentTarget.value)} />
    </Dialog>
  );
}

export function ScanDialog({ client, shipment, onClose }: { client: Shipments; shipment: Shipment; onClose: () => void }): ReactNode {
  const { p, named } = useParcelText();
  const refused = useRefusal();
  const { busy, run } = useAction();
  const [key] = useState(() => crypto.randomUUID());
  const [status, setStatus] = useState<NewScan["status"]>("in_transit");
  const [at, setAt] = useState(() => localTime(Date.now()));
  const [city, setCity] = useState("");
  const [note, setNote] = useState("");
  const send = async () => {
    const scan: NewScan = { status, at: new Date(at).toISOString(), ...(city.trim() && { location: { city } }), ...(note.trim() && { note }) };
    if (await run(() => client.scan(shipment.id, scan, key), p("scanned"), refused)) onClose();
  };
  return (
    <Dialog title={p("action.scan")} onClose={onClose} actions={<Button kind="primary" busy={busy} disabled={!at} onClick={() => void send()}>{p("action.scan")}</Button>}>
      <Select label={p("what")} value={status} onChange={(event) => setStatus(event.currentTarget.value as NewScan["status"])} options={BY_HAND.map((one) => [one, named("status", one)] as const)} />
      <Field label={p("when")} type="datetime-local" value={at} onChange={(event) => setAt(event.currentTarget.value)} />
      <Field label={p("city")} maxLength={80} value={city} onChange={(event) => setCity(event.currentTarget.value)} />
      <Field label={p("note")} maxLength={300} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
    </Dialog>
  );
}
