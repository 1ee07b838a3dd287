// A new entry of the waiting list: which service, and between which days.
import type { Service } from "@metaia/client/bookings";
import { useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { useNames } from "../common/people.js";
import { usePlanningText } from "./text.js";

const LONGEST = 35; // days; the same as in metaia/bookings/waiting/policy.py

/** The moment at which a day begins by the browser's clock, not in the past. */
const begin = (date: string): string => new Date(Math.max(Date.now() + 60_000, new Date(`${date}T00:00:00`).getTime())).toISOString();

export function WaitDialog({ services, onClose, onDone }: { services: Service[]; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const p = usePlanningText();
  const { later, today, useBookingsClient } = part.views!; // its script has loaded before this one
  const client = useBookingsClient();
  const name = useNames();
  const first = today();
  const [serviceId, setService] = useState(services[0]!.id);
  const [from, setFrom] = useState(first);
  const [to, setTo] = useState(later(first, 7));
  const [seats, setSeats] = useState("1");
  const service = services.find((one) => one.id === serviceId)!;
  const days = from >= first && from <= to && to < later(from, LONGEST);
  const count = Number(seats);
  const fits = Number.isInteger(count) && count >= 1 && count <= service.capacity;
  const send = async () => {
    await client.wait({ serviceId, from: begin(from), to: new Date(`${later(to, 1)}T00:00:00`).toISOString(), ...(count > 1 && { seats: count }) });
    onDone();
  };
  return (
    <Dialog
      title={p("wait")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!days || !fits} action={send} done={p("waits")}>{p("wait")}</ActionButton></>}
    >
      <Select label={p("service")} value={serviceId} onChange={(event) => setService(event.currentTarget.value)} options={services.map((one) => [one.id, `${one.name} · ${name(one.partnerId, "vendor")}`] as const)} />
      <div className="two">
        <Field label={p("from")} type="date" required min={first} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <Field label={p("to")} type="date" required min={from} value={to} error={days ? undefined : p("days.wrong", { most: LONGEST })} onChange={(event) => setTo(event.currentTarget.value)} />
      </div>
      {service.capacity > 1 && <Field label={p("seats.which")} type="number" min={1} max={service.capacity} value={seats} onChange={(event) => setSeats(event.currentTarget.value)} />}
    </Dialog>
  );
}
