// The courier for an order: chosen by name where the user may see couriers, else by id.
import { useMetaia, usePresence } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Field, Select } from "../../ui/field.js";

interface Courier {
  id: string;
  name: string;
}

const MOST = 100;

export function CourierField({ value, onChange }: { value: string; onChange: (id: string) => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { users } = usePresence();
  const [couriers, setCouriers] = useState<Courier[]>();
  useEffect(() => {
    const query = { role: "delivery", active: true, limit: MOST, sort: "name" };
    rest.send("get", "/api/admin/users", { query, tries: 2 }).then(
      ({ data }) => {
        setCouriers(data.users);
        if (!value && data.users[0]) onChange(data.users[0].id);
      },
      () => setCouriers([]),
    );
  }, [rest]);
  if (!couriers) return null;
  if (couriers.length === 0)
    return <Field label={t("assign.courier")} hint={t("assign.none")} value={value} maxLength={36} onChange={(event) => onChange(event.currentTarget.value.trim())} />;
  const online = new Set(users.map((one) => one.userId));
  return (
    <Select
      label={t("assign.courier")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      options={couriers.map(({ id, name }) => [id, online.has(id) ? `${name} · ${t("assign.online")}` : name] as const)}
    />
  );
}
