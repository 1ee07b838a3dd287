// Restricting a user, with a reason and by choice an end; changing that, or lifting it.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { STAFF } from "../../app/roles.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, localTime } from "../../ui/field.js";
import { useRestrictionText } from "./text.js";

export type Restriction = Schemas["RestrictionOut"];
type Account = Schemas["AccountOut"];

const LONGEST = 500; // characters of a reason; the same as in metaia/chat/restrictions/schemas.py
const DAYS = 7; // what the end of a new restriction begins with
const DAY = 86_400_000; // ms

/** `restriction` is null for a new one; `name` is that of its user. */
export function RestrictionDialog({ restriction, name, onClose, onDone }: {
  restriction: Restriction | null;
  name: string;
  onClose: () => void;
  onDone: () => void;
}): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const r = useRestrictionText();
  const [user, setUser] = useState<Account | null>(null);
  const [reason, setReason] = useState(restriction?.reason ?? "");
  const [until, setUntil] = useState(() => (!restriction ? localTime(Date.now() + DAYS * DAY) : restriction.until ? localTime(Date.parse(restriction.until)) : ""));
  const id = restriction?.userId ?? user?.id;
  const path = `/api/admin/chat/restrictions/${id}`;
  const past = until !== "" && !(Date.parse(until) > Date.now());
  const send = async () => {
    const body = { reason: reason.trim(), until: until ? new Date(until).toISOString() : null };
    await rest.send("put", path, { body });
    onDone();
  };
  const lift = async () => {
    await rest.send("delete", path);
    onDone();
  };
  const called = user?.name ?? name;
  return (
    <Dialog
      title={restriction ? name : r("add")}
      onClose={onClose}
      actions={
        <>
          {restriction && <ActionButton action={lift} done={r("lifted", { name })}>{r("lift")}</ActionButton>}
          <Button onClick={onClose}>{t("back")}</Button>
          <ActionButton kind="danger" disabled={!id || !reason.trim() || past} action={send} done={r("restricted", { name: called })}>{r(restriction ? "change" : "restrict")}</ActionButton>
        </>
      }
    >
      <p className="muted small">{r("text")}</p>
      {!restriction && <ChooseUser chosen={user} onChange={setUser} />}
      <Field label={r("reason")} value={reason} maxLength={LONGEST} onChange={(event) => setReason(event.currentTarget.value)} />
      <Field label={r("until")} type="datetime-local" hint={r("until.hint")} error={past ? r("past") : undefined} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
    </Dialog>
  );
}

/** Chooses an account; staff cannot be restricted. */
function ChooseUser({ chosen, onChange }: { chosen: Account | null; onChange: (user: Account) => void }): ReactNode {
  const { of } = useText();
  const r = useRestrictionText();
  const { Filters, Search, useList } = staff.views!;
  const [q, setQ] = useState("");
  const list = useList<Account>("/api/admin/users", "users", { q });
  const found = (list.rows ?? []).filter((one) => !STAFF.includes(one.role) && one.id !== chosen?.id);
  return (
    <>
      <Filters><Search label={r("search")} value={q} onChange={setQ} /></Filters>
      <fieldset className="partners chat-people" aria-busy={list.busy}>
        <legend className="visually-hidden">{r("who")}</legend>
        {[...(chosen ? [chosen] : []), ...found].map((one) => (
          <label key={one.id} className="partner">
            <input type="radio" name="restricted" checked={one.id === chosen?.id} onChange={() => onChange(one)} />
            <span className="partner-text"><strong>{one.name}</strong><small>{of("role", one.role)} · {one.email}</small></span>
          </label>
        ))}
      </fieldset>
    </>
  );
}
