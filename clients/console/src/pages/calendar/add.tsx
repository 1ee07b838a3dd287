// A new calendar: a person or a room that can be busy.
import type { Calendar } from "@metaia/client/bookings";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";

export function CalendarDialog({ onClose, onDone }: { onClose: () => void; onDone: (calendar: Calendar) => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { b } = part.views!.useBookingText();
  const [name, setName] = useState("");
  const add = async () => onDone((await rest.send("post", "/api/calendars", { body: { name: name.trim() }, key: crypto.randomUUID() })).data.calendar);
  return (
    <Dialog title={b("calendar.add")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={!name.trim()} action={add} done={b("saved")}>{b("save")}</ActionButton></>}>
      <Field label={b("name")} hint={b("calendar.hint")} value={name} maxLength={120} onChange={(event) => setName(event.currentTarget.value)} />
    </Dialog>
  );
}
