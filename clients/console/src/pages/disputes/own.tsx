// The disputes about payments to a partner: what is held until the decision. Nothing is shown if there is none.
import type { ReactNode } from "react";
import { useEvent } from "@metaia/client/react";
import { money } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { Card } from "../../ui/card.js";
import { Money } from "../../ui/format.js";
import { DISPUTES, DisputeBadge, useDisputeText, type Dispute } from "./text.js";

export function OwnDisputes(): ReactNode {
  const { d, time } = useDisputeText();
  const { Pages, useRows } = money.views!; // its script has loaded before this one
  const list = useRows<Dispute>(DISPUTES, "disputes", {});
  useEvent("dispute_update", () => list.reload());
  if (!list.data?.length) return null;
  return (
    <Card title={d("disputes")}>
      <p className="muted small">{d("own.text")}</p>
      <Pages
        list={list}
        none={d("none")}
        caption={d("disputes")}
        keyOf={(one) => one.id}
        columns={[
          { title: d("opened"), cell: (one) => <time dateTime={one.openedAt}>{time(one.openedAt)}</time> },
          { title: d("status"), cell: (one) => <DisputeBadge status={one.status} /> },
          { title: d("order"), cell: (one) => (one.orderId ? <Link to={`/orders/${one.orderId}`}>{`…${one.orderId.slice(-6)}`}</Link> : "–") },
          { title: d("held"), right: true, cell: (one) => <Money amount={one.held} currency={one.currency} /> },
          { title: d("amount"), right: true, cell: (one) => <Money amount={one.amount} currency={one.currency} /> },
        ]}
      />
    </Card>
  );
}
