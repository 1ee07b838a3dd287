// The courier for an order: chosen by name where the user may see couriers, else by id.
import { usePresence } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Field, Select } from "../../ui/field.js";
import { useCouriers } from "./people.js";

const TYPED = "typed";

/** `now` is the present courier, who is not offered. */
export function CourierField({ value, now, onChange }: { value: string; now: string | null; onChange: (id: string) => void }): ReactNode {
  const { t } = useText();
  const { users } = usePresence();
  const couriers = useCouriers().filter((one) => one.id !== now);
  const [typed, setTyped] = useState(false);
  const online = new Set(users.map((one) => one.userId));
  const known = couriers.map(({ id, name }) => [id, online.has(id) ? `${name} · ${t("assign.online")}` : name] as const);
  const choose = (chosen: string) => {
    setTyped(chosen === TYPED);
    onChange(chosen === TYPED ? "" : chosen);
  };
  const label = t("assign.courier");
  const none = known.length === 0;
  return (
    <>
      {!none && (
        <Select
          label={label}
          value={typed ? TYPED : value}
          onChange={(event) => choose(event.currentTarget.value)}
          options={[["", t("assign.choose")], ...known, [TYPED, t("assign.other")]]}
        />
      )}
      {(typed || none) && (
        <Field label={none ? label : "Id"} hint={none ? t("assign.none") : undefined} value={value} maxLength={36} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value.trim())} />
      )}
    </>
  );
}
