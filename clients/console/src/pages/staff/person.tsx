// One account: facts, sessions, orders, and what admins may do.
import type { Order, Schemas } from "@metaia/client";
import { useMetaia, useUser } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { STAFF } from "../../app/roles.js";
import { Link, useRouter } from "../../app/router.js";
import { useText, type Key } from "../../app/text.js";
import { Avatar } from "../../ui/avatar.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";
import { List, useList } from "./list.js";
import { useOrderColumns } from "./orders.js";
import { PersonDialog, useIsAdmin, type PersonAction } from "./personActions.js";

type Whole = Schemas["WholeAccount"]["data"];

export function PersonPage({ id }: { id: string }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const attempt = useAttempt();
  const [found, setFound] = useState<Whole | null>();
  const [asked, setAsked] = useState<PersonAction | null>(null);
  const load = useCallback(() => {
    void attempt(async () => setFound((await rest.send("get", `/api/admin/users/${id}`)).data)).then((went) => went || setFound((before) => before ?? null));
  }, [rest, attempt, id]);
  useEffect(load, [load]);
  if (found === null) return <Empty title={t("list.failed")}><Link to="/people">{t("nav.people")}</Link></Empty>;
  if (!found) return <Skeleton lines={8} />;
  const { user } = found;
  return (
    <>
      <div className="columns">
        <Facts whole={found} onAsk={setAsked} />
        <Sessions sessions={found.sessions} />
      </div>
      {!STAFF.includes(user.role) && <TheirOrders id={user.id} role={user.role} />}
      {asked && (
        <PersonDialog
          person={user}
          action={asked}
          onClose={() => setAsked(null)}
          onDone={() => {
            setAsked(null);
            load();
          }}
        />
      )}
    </>
  );
}

function Facts({ whole: { user, counts }, onAsk }: { whole: Whole; onAsk: (action: PersonAction) => void }): ReactNode {
  const { t, of } = useText();
  const isAdmin = useIsAdmin();
  const own = useUser()?.id === user.id;
  const actions: PersonAction[] = ["change_role", "end_sessions", "second_factor", user.active ? "disable" : "enable"];
  return (
    <Card title={<><Avatar name={user.name} src={user.avatar} /> {user.name} <Badge tone={user.active ? "green" : "red"}>{t(user.active ? "person.active" : "person.disabled")}</Badge></>}>
      <dl className="facts">
        <dt>{t("person.role")}</dt><dd>{of("role", user.role)}</dd>
        <dt>{t("email")}</dt><dd>{user.email}{user.emailVerified && <> <Badge tone="green">{t("person.verified")}</Badge></>}</dd>
        <dt>{t("person.phone")}</dt><dd>{user.phone ?? "–"}</dd>
        <dt>{t("language")}</dt><dd>{user.locale} · {user.timeZone}</dd>
        <dt>{t("person.since")}</dt><dd><TimeAgo at={user.createdAt} /></dd>
        {user.inactiveBecause && <><dt>{t("reason")}</dt><dd>{of("inactive", user.inactiveBecause)}</dd></>}
        <dt>{t("nav.orders")}</dt><dd>{counts.orders}</dd>
        <dt>{t("person.unread")}</dt><dd>{counts.unreadNotifications}</dd>
        <dt>{t("id")}</dt><dd className="mono">{user.id}</dd>
      </dl>
      <div className="actions">
        <Link className="button" to={`/messages/to/${user.id}`}>{t("person.messages")}</Link>
        <Link className="button" to={`/files/${user.id}`}>{t("nav.files")}</Link>
        {isAdmin && !own && actions.map((action) => (
          <Button key={action} kind={action === "disable" ? "danger" : "normal"} onClick={() => onAsk(action)}>{t(`person.${action}` as Key)}</Button>
        ))}
      </div>
    </Card>
  );
}

function Sessions({ sessions }: { sessions: Whole["sessions"] }): ReactNode {
  const { t } = useText();
  return (
    <Card title={t("person.sessions", { count: sessions.length })}>
      {sessions.length === 0 && <Empty title={t("person.no_sessions")} />}
      <ul className="rows">
        {sessions.map((one) => (
          <li key={one.id}>
            <span className="grow">
              <strong>{one.device ?? t("person.unknown_device")}</strong>
              <small>{[one.address, one.impersonatedBy?.name].filter(Boolean).join(" · ")}</small>
            </span>
            <small><TimeAgo at={one.usedAt} /></small>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function TheirOrders({ id, role }: { id: string; role: string }): ReactNode {
  const { t } = useText();
  const { go } = useRouter();
  const columns = useOrderColumns();
  const by = role === "customer" ? "customerId" : role === "delivery" ? "deliveryPartnerId" : "partnerId";
  const list = useList<Order>("/api/orders", "orders", { [by]: id });
  return (
    <Card title={t("person.orders")}>
      <List list={list} none={t("orders.none")} caption={t("person.orders")} columns={columns} name={(order) => order.orderNumber} onOpen={(order) => go(`/orders/${order.id}`)} />
    </Card>
  );
}
