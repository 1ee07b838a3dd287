// Deals: what buyers, sellers and couriers have with each other.
import type { Deal, DealStage } from "@metaia/client/deals";
import { useDeals } from "@metaia/client/deals/react";
import { useState, type ReactNode } from "react";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Money, TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useNames } from "../common/people.js";
import { StageBadge, useOfferText } from "../offers/text.js";

// The same as in metaia/deals/state.py.
export const STAGES: readonly DealStage[] = ["negotiating", "ordered", "paid", "shipped", "completed", "lost"];

/** The number of what a deal is about. */
export const numberOf = ({ order, offer, booking, id }: Deal): string => order?.orderNumber ?? offer?.offerNumber ?? booking?.bookingNumber ?? `…${id.slice(-6)}`;

export function DealsPage(): ReactNode {
  const { t } = useText();
  const { o, named } = useOfferText();
  const { go } = useRouter();
  const name = useNames();
  const [stage, setStage] = useState("");
  const [q, setQ] = useState("");
  const { data, hasMore, busy, error, more, reload } = useDeals({ ...(stage && { stage: stage as DealStage }), ...(q.trim() && { q: q.trim() }), limit: 25 });
  const price = ({ order, offer }: Deal) => (order ? <Money amount={order.total} currency={order.currency} /> : offer?.total != null ? <Money amount={offer.total} currency={offer.currency} /> : "–");
  return (
    <Card title={o("deals")} tools={<Link to="/offers">{o("offers")}</Link>}>
      <div className="filters" role="search">
        <Select label={o("stage")} value={stage} onChange={(event) => setStage(event.currentTarget.value)} options={[["", o("stage.all")], ...STAGES.map((one) => [one, named("stage", one)] as const)]} />
        <Field label={o("search")} type="search" maxLength={100} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
      </div>
      {error && !data ? <Empty title={o("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
        : !data ? <Skeleton lines={4} />
        : data.length === 0 ? <Empty title={o("deals.none")} />
        : (
          <div aria-busy={busy}>
            <Table
              rows={data}
              caption={o("deals")}
              keyOf={(one) => one.id}
              name={(one) => `${numberOf(one)}, ${named("stage", one.stage)}`}
              onOpen={(one) => go(`/deals/${one.id}`)}
              columns={[
                { title: o("number"), cell: (one) => <strong>{numberOf(one)}</strong> },
                { title: o("who"), cell: (one) => [one.buyerId && name(one.buyerId, "customer"), one.sellerId && name(one.sellerId, "vendor")].filter(Boolean).join(" · ") },
                { title: o("stage"), cell: (one) => <span className="badges"><StageBadge stage={one.stage} />{one.unread > 0 && <Badge tone="red">{o("unread", { count: one.unread })}</Badge>}</span> },
                { title: o("began"), cell: (one) => <TimeAgo at={one.createdAt} /> },
                { title: o("total"), right: true, cell: price },
              ]}
            />
            {hasMore && <div className="list-more"><Button busy={busy} onClick={more}>{t("list.more")}</Button></div>}
          </div>
        )}
    </Card>
  );
}
