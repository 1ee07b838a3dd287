// Names of other users. The API gives ids only; the demo's people are in the console's configuration.
import type { Order } from "@metaia/client";
import { usePresence } from "@metaia/client/react";
import { useEffect, useMemo, useState } from "react";
import { config } from "../../app/config.js";
import type { Person } from "../../app/slots.js";
import { useText } from "../../app/text.js";

export interface Known {
  id: string;
  role: string;
  name: string;
  avatar?: string | null;
}

export interface Partner extends Known {
  status: "online" | "busy" | "offline";
}

const PARTNERS = ["tailor", "vendor"];
const ORDER = ["online", "busy", "offline"];

/** The people of the demo; none elsewhere. */
export function useDemo(): Person[] {
  const [people, setPeople] = useState<Person[]>([]);
  useEffect(() => {
    let current = true;
    config().then((found) => current && setPeople(found.demo?.people ?? []), () => undefined);
    return () => void (current = false);
  }, []);
  return people;
}

/** Return a function that names a user: as the demo does, else by role and the end of the id. */
export function useNames(): (id: string, role: string) => string {
  const demo = useDemo();
  const { t } = useText();
  return useMemo(() => {
    const names = new Map(demo.map((one) => [one.id, one.name]));
    return (id, role) => names.get(id) ?? `${t(`role.${role}` as never)} ${id.slice(-6)}`;
  }, [demo, t]);
}

/** The partners that a customer can order from: those online, those of earlier orders, those of the demo. */
export function usePartners(orders: readonly Order[]): Partner[] {
  const { users } = usePresence();
  const demo = useDemo();
  const name = useNames();
  return useMemo(() => {
    const found = new Map<string, Partner>();
    for (const { id, role, avatar } of demo) if (PARTNERS.includes(role)) found.set(id, { id, role, avatar, name: name(id, role), status: "offline" });
    for (const { partnerId: id } of orders) if (id && !found.has(id)) found.set(id, { id, role: "vendor", name: name(id, "vendor"), status: "offline" });
    for (const { userId: id, role, status } of users) if (PARTNERS.includes(role)) found.set(id, { ...found.get(id), id, role, name: name(id, role), status });
    return [...found.values()].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.name.localeCompare(b.name));
  }, [users, demo, orders, name]);
}
