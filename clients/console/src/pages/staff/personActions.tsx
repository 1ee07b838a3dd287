// What admins do with accounts. The API decides: a refusal is shown as a message.
import { useMetaia, useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { ADMINS, STAFF } from "../../app/roles.js";
import { useText, type Key } from "../../app/text.js";
import { ActionButton, useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import type { Account } from "./people.js";

const CHOSEN = ["customer", "tailor", "vendor", "delivery", "support", "admin", "super_admin"] as const;

export function useIsAdmin(): boolean {
  const role = useUser()?.role;
  return role !== undefined && (ADMINS as readonly string[]).includes(role);
}

export type PersonAction = "disable" | "enable" | "change_role" | "end_sessions" | "second_factor";

/** Asks for the reason, which the audit log keeps, and performs the action. */
export function PersonDialog({ person, action, onClose, onDone }: {
  person: Account;
  action: PersonAction;
  onClose: () => void;
  onDone: () => void;
}): ReactNode {
  const { rest } = useMetaia();
  const { t, of } = useText();
  const { busy, run } = useAction();
  const [reason, setReason] = useState("");
  const [role, setRole] = useState<string>(person.role);
  const path = `/api/admin/users/${person.id}`;
  const change = (fields: object) => rest.send("patch", path, { body: { ...fields, reason, expectedVersion: person.version } });
  const perform: Record<PersonAction, () => Promise<unknown>> = {
    disable: () => change({ active: false }),
    enable: () => change({ active: true }),
    change_role: () => change({ role }),
    end_sessions: () => rest.send("post", `${path}/end-sessions`, { body: { reason: reason || null } }),
    second_factor: () => rest.send("post", `${path}/remove-second-factor`, { body: { reason } }),
  };
  const send = async () => (await run(perform[action], t("done"))) && onDone();
  const needed = action !== "end_sessions";
  const title = t(`person.${action}` as Key);
  return (
    <Dialog
      title={`${title} · ${person.name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          <Button kind={action === "enable" || action === "change_role" ? "primary" : "danger"} busy={busy} disabled={needed && !reason.trim()} onClick={() => void send()}>{title}</Button>
        </>
      }
    >
      <p className="muted">{t(`person.${action}.text` as Key)}</p>
      {action === "change_role" && (
        <Select label={t("person.role")} value={role} onChange={(event) => setRole(event.currentTarget.value)} options={CHOSEN.map((one) => [one, of("role", one)] as const)} />
      )}
      <Field label={t(needed ? "reason" : "reason.optional")} maxLength={200} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </Dialog>
  );
}

export function AddStaff({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }): ReactNode {
  const { rest } = useMetaia();
  const { t, of } = useText();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("support");
  const send = async () => {
    const { data } = await rest.send("post", "/api/admin/users", { body: { name, email, role } });
    onDone(data.user.id);
  };
  return (
    <Dialog
      title={t("person.add_staff")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          <ActionButton kind="primary" disabled={!name.trim() || !email.includes("@")} action={send}>{t("person.add_staff")}</ActionButton>
        </>
      }
    >
      <p className="muted">{t("person.add_staff.text")}</p>
      <Field label={t("person.name")} maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Field label={t("email")} type="email" maxLength={254} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      <Select label={t("person.role")} value={role} onChange={(event) => setRole(event.currentTarget.value)} options={STAFF.map((one) => [one, of("role", one)] as const)} />
    </Dialog>
  );
}
