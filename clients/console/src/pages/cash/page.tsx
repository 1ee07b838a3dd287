// Cash, for staff: what couriers carry, and what they have handed over.
import type { Schemas } from "@metaia/client";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { money, staff } from "../../app/parts.js";
import { ADMINS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Money } from "../../ui/format.js";
import { HandoverDialog } from "./handover.js";
import { HANDOVERS, useCashText } from "./text.js";

type Account = Schemas["LedgerAccountOut"];
type Handover = Schemas["HandoverOut"];

export function CashPage(): ReactNode {
  const { t } = useText();
  const { c, time } = useCashText();
  const { Pages, useRows } = money.views!; // these scripts have loaded before this one
  const { useNameOf } = staff.views!;
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const [asked, setAsked] = useState<Account | null>(null);
  const accounts = useRows<Account>("/api/admin/finance/accounts", "accounts", { kind: "cash" });
  const handovers = useRows<Handover>(HANDOVERS, "handovers", {});
  const carriers = accounts.data?.filter((one) => one.balance !== 0);
  const name = useNameOf([...(carriers ?? []).map((one) => one.owner), ...(handovers.data ?? []).flatMap((one) => [one.userId, one.receivedBy])]);
  const done = () => (setAsked(null), accounts.reload(), handovers.reload());
  return (
    <>
      <Card title={c("carriers")} tools={<Link to="/books">{t("nav.books")}</Link>}>
        <Pages
          list={{ ...accounts, data: carriers }}
          none={c("carriers.none")}
          caption={c("carriers")}
          keyOf={(one) => one.id}
          columns={[
            { title: c("courier"), cell: (one) => <strong>{name(one.owner)}</strong> },
            { title: c("carried"), right: true, cell: (one) => <Money amount={one.balance} currency={one.currency} /> },
            { title: c("actions"), cell: (one) => admin && <Button onClick={() => setAsked(one)}>{c("handover")}</Button> },
          ]}
        />
      </Card>
      <Card title={c("handovers")}>
        <Pages
          list={handovers}
          none={c("handovers.none")}
          caption={c("handovers")}
          keyOf={(one) => one.id}
          columns={[
            { title: c("when"), cell: (one) => <time dateTime={one.createdAt}>{time(one.createdAt)}</time> },
            { title: c("courier"), cell: (one) => <strong>{name(one.userId)}</strong> },
            { title: c("received"), cell: (one) => name(one.receivedBy) },
            { title: c("amount"), right: true, cell: (one) => <Money amount={one.amount} currency={one.currency} /> },
            { title: c("short"), right: true, cell: (one) => (one.short ? <Money amount={one.short} currency={one.currency} /> : "–") },
          ]}
        />
      </Card>
      {asked && <HandoverDialog account={asked} name={name(asked.owner)} onClose={() => setAsked(null)} onDone={done} />}
    </>
  );
}
