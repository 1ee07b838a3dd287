// All accounts.
import type { Schemas } from "@metaia/client";
import { usePresence } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Avatar } from "../../ui/avatar.js";
import { Badge, StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { useBulk } from "./bulk.js";
import { Choose, Filters, Search } from "./filters.js";
import { List, useList } from "./list.js";
import { AddStaff, useIsAdmin } from "./personActions.js";

export type Account = Schemas["AccountOut"];
export const ROLES = ["customer", "tailor", "vendor", "delivery", "support", "admin", "super_admin"];
const SORTS = ["-createdAt", "createdAt", "name", "email"] as const;

/** Name and e-mail address with the initials. */
export function Person({ name, email }: { name: string; email?: string | undefined }): ReactNode {
  return (
    <span className="person-cell">
      <Avatar name={name} size="small" />
      <span><strong>{name}</strong>{email && <small>{email}</small>}</span>
    </span>
  );
}

export function People(): ReactNode {
  const { t, of } = useText();
  const { go } = useRouter();
  const isAdmin = useIsAdmin();
  const { users } = usePresence();
  const [q, setQ] = useState("");
  const [role, setRole] = useState("");
  const [active, setActive] = useState("");
  const [sort, setSort] = useState<string>(SORTS[0]);
  const [adds, setAdds] = useState(false);
  const list = useList<Account>("/api/admin/users", "users", { q, role, active, sort });
  const bulk = useBulk<Account>("users", { q, role, active }, (one) => one.name);
  const online = new Map(users.map((one) => [one.userId, one.status]));
  const state = (one: Account) =>
    one.active ? <StatusBadge status={online.get(one.id) ?? "offline"} /> : <Badge tone="red">{t("person.disabled")}</Badge>;
  return (
    <Card title={t("nav.people")} tools={<>{isAdmin && <Button onClick={() => setAdds(true)}>{t("person.add_staff")}</Button>}{bulk.tool}</>}>
      <Filters>
        <Search label={t("people.search")} value={q} onChange={setQ} />
        <Choose label={t("person.role")} all={t("filter.all_roles")} value={role} onChange={setRole} options={ROLES.map((one) => [one, of("role", one)] as const)} />
        <Choose label={t("person.state")} all={t("filter.all_accounts")} value={active} onChange={setActive} options={[["true", t("person.active")], ["false", t("person.disabled")]]} />
        <Choose label={t("sort")} value={sort} onChange={setSort} options={SORTS.map((one) => [one, t(`sort.${one}`)] as const)} />
      </Filters>
      {bulk.bar}
      <List
        list={list}
        none={t("list.no_match")}
        caption={t("nav.people")}
        name={(one) => `${one.name}, ${of("role", one.role)}`}
        onOpen={(one) => go(`/people/${one.id}`)}
        columns={[
          ...bulk.columns,
          { title: t("person.name"), cell: (one) => <Person name={one.name} email={one.email} /> },
          { title: t("person.role"), cell: (one) => of("role", one.role) },
          { title: t("person.phone"), cell: (one) => one.phone ?? "–" },
          { title: t("person.state"), cell: state },
          { title: t("person.since"), cell: (one) => <TimeAgo at={one.createdAt} /> },
        ]}
      />
      {adds && <AddStaff onClose={() => setAdds(false)} onDone={(id) => go(`/people/${id}`)} />}
    </Card>
  );
}
