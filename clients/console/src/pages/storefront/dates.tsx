// Dates with hours of their own: holidays, a longer evening. They are saved with the hours of the week.
import type { ShopHours } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { bookings, calendar } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { useStorefrontText } from "./text.js";

export type Dates = ShopHours["exceptions"];
type DateHours = Dates[number];

const MOST = 366;
const ordered = (dates: Dates): Dates => [...dates].sort((one, other) => (one.date < other.date ? -1 : 1));

export function DatesEditor({ dates, timeZone, onChange }: { dates: Dates; timeZone: string; onChange: (dates: Dates) => void }): ReactNode {
  const { b, day } = bookings.views!.useBookingText(); // its script has loaded before this one
  const [open, setOpen] = useState<DateHours | "new" | null>(null);
  const put = (before: string | undefined, after: DateHours) => {
    onChange(ordered([...dates.filter(({ date }) => date !== before && date !== after.date), after]));
    setOpen(null);
  };
  return (
    <section className="dates" aria-label={b("exceptions")}>
      <header className="card-head"><h3>{b("exceptions")}</h3><Button disabled={dates.length >= MOST} onClick={() => setOpen("new")}>{b("exception.add")}</Button></header>
      {dates.length === 0 && <p className="muted">{b("exceptions.none")}</p>}
      <ul className="items">
        {dates.map((one) => (
          <li key={one.date}>
            <button type="button" className="date" onClick={() => setOpen(one)}>
              <strong>{day(one.date)}</strong> {one.hours.length ? one.hours.map(({ from, to }) => `${from}–${to}`).join(", ") : b("closed")}{one.note && <small className="muted block">{one.note}</small>}
            </button>
            <Button kind="quiet" aria-label={b("exception.remove", { day: day(one.date) })} onClick={() => onChange(dates.filter(({ date }) => date !== one.date))}><Icon name="close" /></Button>
          </li>
        ))}
      </ul>
      {open && <DateDialog one={open === "new" ? null : open} timeZone={timeZone} onClose={() => setOpen(null)} onDone={(after) => put(open === "new" ? undefined : open.date, after)} />}
    </section>
  );
}

function DateDialog({ one, timeZone, onClose, onDone }: { one: DateHours | null; timeZone: string; onClose: () => void; onDone: (after: DateHours) => void }): ReactNode {
  const { t } = useText();
  const w = useStorefrontText();
  const { today, useBookingText } = bookings.views!;
  const { b } = useBookingText();
  const { Pairs } = calendar.views!;
  const [date, setDate] = useState(one?.date ?? today(timeZone));
  const [hours, setHours] = useState(one?.hours ?? []);
  const [note, setNote] = useState(one?.note ?? "");
  const title = b(one ? "exceptions" : "exception.add");
  return (
    <Dialog title={title} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="primary" disabled={!date} onClick={() => onDone({ date, hours, note: note.trim() || null })}>{w("date.take")}</Button></>}>
      <Field label={w("date")} type="date" required value={date} onChange={(event) => setDate(event.currentTarget.value)} />
      <Pairs title={b("hours.open")} pairs={hours} onChange={setHours} />
      <Field label={b("note")} value={note} maxLength={200} onChange={(event) => setNote(event.currentTarget.value)} />
    </Dialog>
  );
}
