// All payments, for staff: search, filter, sort; rows follow the events.
import type { Payment } from "@metaia/client/payments";
import { useEvent } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { MoneyBadge, usePaymentText } from "./text.js";

export const STATUSES = ["created", "pending", "authorized", "completed", "partially_refunded", "refunded", "failed", "cancelled", "disputed"];
const PROVIDERS = ["demo", "razorpay", "stripe", "payu"];
const SORTS = ["-createdAt", "createdAt", "-amount"];

export function PaymentsPage(): ReactNode {
  const { t } = useText();
  const { p, named } = usePaymentText();
  const { go } = useRouter();
  const { Choose, Filters, List, Search, useList } = staff.views!; // its script has loaded before this one
  const [q, setQ] = useState("");
  const [status, setStatus] = useState("");
  const [provider, setProvider] = useState("");
  const [sort, setSort] = useState(SORTS[0]!);
  const list = useList<Payment>("/api/payments", "payments", { q, status, provider, sort });
  useEvent("payment_update", ({ paymentId, ...changed }: Payment & { paymentId: string }) => {
    const known = list.rows?.find((one) => one.id === paymentId);
    if (known && known.version < changed.version) list.replace({ ...known, ...changed, id: known.id });
  });
  return (
    <Card title={t("nav.payments")} tools={<><Link to="/payments/disputes">{p("disputes")}</Link><Link to="/payments/settlements">{p("settlements")}</Link><Button kind="quiet" onClick={list.reload}>{p("reload")}</Button></>}>
      <Filters>
        <Search label={p("search")} value={q} onChange={setQ} max={60} />
        <Choose label={p("status")} all={p("status.all")} value={status} onChange={setStatus} options={STATUSES.map((one) => [one, named("status", one)] as const)} />
        <Choose label={p("provider")} all={p("provider.all")} value={provider} onChange={setProvider} options={PROVIDERS.map((one) => [one, named("provider", one)] as const)} />
        <Choose label={p("order_by")} value={sort} onChange={setSort} options={SORTS.map((one) => [one, named("by", one)] as const)} />
      </Filters>
      <List
        list={list}
        none={p("none")}
        caption={t("nav.payments")}
        name={(one) => `${one.amount} ${one.currency}, ${named("status", one.status)}`}
        onOpen={(one) => go(`/payments/${one.id}`)}
        columns={[
          { title: p("amount"), cell: (one) => <Money amount={one.amount} currency={one.currency} /> },
          { title: p("status"), cell: (one) => <MoneyBadge status={one.status} /> },
          { title: p("provider"), cell: (one) => named("provider", one.provider) },
          { title: p("reference"), cell: (one) => <span className="mono clip">{one.reference ?? "–"}</span> },
          { title: p("refunded"), right: true, cell: (one) => <Money amount={one.refunded} currency={one.currency} /> },
          { title: p("changed"), cell: (one) => <TimeAgo at={one.updatedAt} /> },
        ]}
      />
    </Card>
  );
}
