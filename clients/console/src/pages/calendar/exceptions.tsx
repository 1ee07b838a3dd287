// Dates with hours of their own: holidays, a longer evening.
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import type { Hours } from "./hours.js";
import { Pairs, type Pair } from "./pairs.js";

interface Given {
  hours: Hours;
  onChange: (after: Hours) => void;
}

export function Exceptions({ hours, onChange }: Given): ReactNode {
  const { rest } = useMetaia();
  const { b, day } = part.views!.useBookingText();
  const [adding, setAdding] = useState(false);
  const remove = (date: string) => async () => {
    onChange((await rest.send("delete", `/api/availability/exceptions/${date}`, { query: { calendarId: hours.calendarId }, key: crypto.randomUUID() })).data);
  };
  return (
    <section className="exceptions" aria-label={b("exceptions")}>
      <header className="card-head"><h2>{b("exceptions")}</h2><Button onClick={() => setAdding(true)}>{b("exception.add")}</Button></header>
      {hours.exceptions.length === 0 && <p className="muted">{b("exceptions.none")}</p>}
      <ul className="items">
        {hours.exceptions.map(({ date, hours: pairs, note }) => (
          <li key={date}>
            <span><strong>{day(date)}</strong> {pairs.length ? (pairs as unknown as Pair[]).map(({ from, to }) => `${from}–${to}`).join(", ") : b("closed")}{note && <small className="muted block">{note}</small>}</span>
            <ActionButton kind="quiet" aria-label={b("exception.remove", { day: day(date) })} action={remove(date)}>{b("remove")}</ActionButton>
          </li>
        ))}
      </ul>
      {adding && <AddDialog hours={hours} onClose={() => setAdding(false)} onChange={(after) => (setAdding(false), onChange(after))} />}
    </section>
  );
}

function AddDialog({ hours, onChange, onClose }: Given & { onClose: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { today, useBookingText } = part.views!;
  const { b } = useBookingText();
  const [from, setFrom] = useState(() => today(hours.timeZone));
  const [to, setTo] = useState("");
  const [pairs, setPairs] = useState<Pair[]>([]);
  const [note, setNote] = useState("");
  const save = async () => {
    const open = pairs.length ? { hours: pairs } : { closed: true };
    const body = { calendarId: hours.calendarId, from, ...(to && { to }), ...open, ...(note.trim() && { note: note.trim() }), expectedVersion: hours.version };
    onChange((await rest.send("put", "/api/availability/exceptions", { body, key: crypto.randomUUID() })).data);
  };
  return (
    <Dialog
      title={b("exception.add")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!from || (!!to && to < from)} action={save} done={b("saved")}>{b("save")}</ActionButton></>}
    >
      <div className="pair">
        <Field label={b("date.from")} type="date" required value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <Field label={b("date.to")} type="date" min={from} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      </div>
      <Pairs title={b("hours.open")} pairs={pairs} onChange={setPairs} />
      <Field label={b("note")} hint={b("note.hint")} value={note} maxLength={200} onChange={(event) => setNote(event.currentTarget.value)} />
    </Dialog>
  );
}
