// Offers as a list: one's own, and all for staff. It follows the events.
import type { Offer, OfferFilter, OfferStatus } from "@metaia/client/offers";
import { useOffers } from "@metaia/client/offers/react";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { STAFF } from "../../app/roles.js";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useNames } from "../common/people.js";
import { OfferBadge, useOfferText } from "./text.js";

// The same as in metaia/offers/state.py.
export const STATUSES: readonly OfferStatus[] = ["pending", "countered", "accepted", "rejected", "withdrawn", "expired", "cancelled"];
const VIEWS = ["mine", "open", "all"] as const;
const FILTERS: Record<(typeof VIEWS)[number], OfferFilter> = { mine: { turn: "mine" }, open: { status: ["pending", "countered"] }, all: {} };

/** Return a function that names the other side of an offer; for staff both. */
export function useOtherSide(): (offer: Pick<Offer, "sellerId" | "buyerId">) => string {
  const name = useNames();
  const me = useUser()?.id;
  return ({ sellerId, buyerId }) => {
    const [seller, buyer] = [name(sellerId, "vendor"), name(buyerId, "customer")];
    return me === sellerId ? buyer : me === buyerId ? seller : `${buyer} · ${seller}`;
  };
}

export function OffersPage(): ReactNode {
  const { t } = useText();
  const { o, named, time } = useOfferText();
  const { go } = useRouter();
  const user = useUser();
  const staff = STAFF.includes(user?.role ?? "");
  const views = staff ? VIEWS.slice(1) : VIEWS;
  const [view, setView] = useState<(typeof VIEWS)[number]>("open");
  const [status, setStatus] = useState("");
  const [q, setQ] = useState("");
  const other = useOtherSide();
  const filter: OfferFilter = { ...FILTERS[view], ...(view === "all" && status && { status: status as OfferStatus }), ...(q.trim() && { q: q.trim() }), sort: "-updatedAt", limit: 25 };
  const { data, hasMore, busy, error, more, reload } = useOffers(filter);
  return (
    <Card title={o("offers")} tools={<><Link to="/deals">{o("deals")}</Link>{!staff && <Link to="/offers/new" className="button primary">{o("make")}</Link>}</>}>
      <div className="books">
        <div className="chips" role="group" aria-label={o("view")}>
          {views.map((one) => <button key={one} type="button" className="chip" aria-pressed={view === one} onClick={() => setView(one)}>{o(`view.${one}`)}</button>)}
        </div>
        <div className="filters" role="search">
          {view === "all" && <Select label={o("status")} value={status} onChange={(event) => setStatus(event.currentTarget.value)} options={[["", o("status.all")], ...STATUSES.map((one) => [one, named("status", one)] as const)]} />}
          <Field label={o("search")} type="search" maxLength={100} value={q} onChange={(event) => setQ(event.currentTarget.value)} />
        </div>
        {error && !data ? <Empty title={o("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
          : !data ? <Skeleton lines={4} />
          : data.length === 0 ? <Empty title={o("none")} />
          : (
            <div aria-busy={busy}>
              <Table
                rows={data}
                caption={o("offers")}
                keyOf={(one) => one.id}
                name={(one) => `${one.offerNumber}, ${named("status", one.status)}`}
                onOpen={(one) => go(`/offers/${one.id}`)}
                columns={[
                  { title: o("number"), cell: (one) => <strong>{one.offerNumber}</strong> },
                  { title: o("who"), cell: other },
                  { title: o("items"), cell: (one) => <span className="long">{one.items.map((item) => `${item.quantity} × ${item.name}`).join(", ")}</span> },
                  { title: o("status"), cell: (one) => <span className="badges"><OfferBadge status={one.status} />{one.turn === user?.id && <Badge tone="amber">{o("turn")}</Badge>}</span> },
                  { title: o("until"), cell: (one) => (one.turn ? <time dateTime={one.expiresAt}>{time(one.expiresAt)}</time> : "–") },
                  { title: o("total"), right: true, cell: (one) => (one.total === null ? o("no.price") : <Money amount={one.total} currency={one.currency} />) },
                ]}
              />
              {hasMore && <div className="list-more"><Button busy={busy} onClick={more}>{t("list.more")}</Button></div>}
            </div>
          )}
      </div>
    </Card>
  );
}
