// All disputes, for staff: filter, sort; the list follows the events.
import { useEvent } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useRouter } from "../../app/router.js";
import { Card } from "../../ui/card.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { DISPUTES, DisputeBadge, useDisputeText, type Dispute } from "./text.js";

// The same as in metaia/payments/disputes/state.py.
const STATUSES = ["open", "under_review", "won", "lost", "closed", "prevented"];
const PROVIDERS = ["razorpay", "stripe", "payu", "demo"];

export function DisputesPage(): ReactNode {
  const { d, named } = useDisputeText();
  const { go } = useRouter();
  const { Choose, Filters, List, useList } = staff.views!; // its script has loaded before this one
  const [status, setStatus] = useState("");
  const [provider, setProvider] = useState("");
  const list = useList<Dispute>(DISPUTES, "disputes", { status, provider });
  useEvent("dispute_update", () => list.reload());
  return (
    <Card title={d("disputes")}>
      <Filters>
        <Choose label={d("status")} all={d("status.all")} value={status} onChange={setStatus} options={STATUSES.map((one) => [one, named("status", one)] as const)} />
        <Choose label={d("provider")} all={d("provider.all")} value={provider} onChange={setProvider} options={PROVIDERS.map((one) => [one, named("provider", one)] as const)} />
      </Filters>
      <List
        list={list}
        none={d("none")}
        caption={d("disputes")}
        name={(one) => `${one.amount} ${one.currency}, ${named("status", one.status)}`}
        onOpen={(one) => go(`/payments/disputes/${one.id}`)}
        columns={[
          { title: d("amount"), cell: (one) => <Money amount={one.amount} currency={one.currency} /> },
          { title: d("status"), cell: (one) => <span className="badges"><DisputeBadge status={one.status} />{one.answer && <small>{d(`answered.${one.answer}`)}</small>}</span> },
          { title: d("provider"), cell: (one) => named("provider", one.provider) },
          { title: d("reason"), cell: (one) => one.reason ?? "–" },
          { title: d("held"), right: true, cell: (one) => <Money amount={one.held} currency={one.currency} /> },
          { title: d("opened"), cell: (one) => <TimeAgo at={one.openedAt} /> },
        ]}
      />
    </Card>
  );
}
