// Bookings as a list: a customer's own ones, and all for staff. It follows the events.
import type { Booking, BookingFilter, BookingStatus } from "@metaia/client/bookings";
import { useBookings } from "@metaia/client/bookings/react";
import { useUser } from "@metaia/client/react";
import { useMemo, useState, type ReactNode } from "react";
import { STAFF } from "../../app/roles.js";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table, type Column } from "../../ui/table.js";
import { useNames } from "../common/people.js";
import { BookingBadge, useBookingText } from "./text.js";

// The same as in metaia/bookings/state.py.
export const STATUSES: readonly BookingStatus[] = ["held", "pending", "confirmed", "checked_in", "completed", "no_show", "declined", "cancelled", "expired"];
const PERIODS = ["coming", "past", "all"] as const;
type Period = (typeof PERIODS)[number];

/** The filter of a period; the moment is that of the choice, so that the list is not asked for at each drawing. */
function within(period: Period): BookingFilter {
  const now = new Date().toISOString();
  if (period === "all") return { sort: "-startsAt" };
  return period === "past" ? { to: now, sort: "-startsAt" } : { from: now, sort: "startsAt" };
}

export function BookingsPage(): ReactNode {
  const { b, named } = useBookingText();
  const [period, setPeriod] = useState<Period>("coming");
  const [status, setStatus] = useState("");
  const user = useUser();
  const filter = useMemo(() => ({ ...within(period), ...(status && { status: [status as BookingStatus] }), limit: 25 }), [period, status]);
  return (
    <Card title={b("bookings")} tools={user?.role === "customer"
        ? <><Link to="/bookings/waiting">{b("waitlist")}</Link><Link to="/bookings/feed">{b("feed")}</Link><Link to="/bookings/new" className="button primary">{b("book")}</Link></>
        : <Link to="/bookings/figures">{b("figures")}</Link>}>
      <div className="books">
        <div className="chips" role="group" aria-label={b("period")}>
          {PERIODS.map((one) => <button key={one} type="button" className="chip" aria-pressed={period === one} onClick={() => setPeriod(one)}>{b(`period.${one}`)}</button>)}
        </div>
        <div className="filters" role="search">
          <Select label={b("status")} value={status} onChange={(event) => setStatus(event.currentTarget.value)} options={[["", b("status.all")], ...STATUSES.map((one) => [one, named("status", one)] as const)]} />
        </div>
        <BookingList filter={filter} />
      </div>
    </Card>
  );
}

export function BookingList({ filter }: { filter: BookingFilter }): ReactNode {
  const { t } = useText();
  const { b, when } = useBookingText();
  const { go } = useRouter();
  const { bookings, hasMore, busy, error, more, reload } = useBookings(filter);
  const who = useOthers();
  const columns: Column<Booking>[] = [
    { title: b("when"), cell: (one) => <time dateTime={one.startsAt}>{when(one.startsAt, one.timeZone)}</time> },
    { title: b("service"), cell: (one) => <strong>{one.service.name}</strong> },
    { title: b("who"), cell: who },
    { title: b("status"), cell: (one) => <span className="badges"><BookingBadge status={one.status} />{one.proposal && <small>{b("proposal")}</small>}</span> },
    { title: b("price"), right: true, cell: (one) => <Money amount={one.price} currency={one.currency} /> },
  ];
  if (error && !bookings) return <Empty title={b("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>;
  if (!bookings) return <Skeleton lines={4} />;
  if (bookings.length === 0) return <Empty title={b("none")} />;
  return (
    <div aria-busy={busy}>
      <Table
        rows={bookings}
        columns={columns}
        caption={b("bookings")}
        keyOf={(one) => one.id}
        name={(one) => `${one.service.name}, ${when(one.startsAt, one.timeZone)}`}
        onOpen={(one) => go(`/bookings/${one.id}`)}
      />
      {hasMore && <div className="list-more"><Button busy={busy} onClick={more}>{t("list.more")}</Button></div>}
    </div>
  );
}

/** Return a function that names the other side of a booking; for staff both. */
export function useOthers(): (booking: Booking) => string {
  const name = useNames();
  const role = useUser()?.role ?? "";
  return ({ partnerId, customerId, customerInfo }) => {
    const partner = name(partnerId, "vendor");
    const customer = customerInfo.name ?? (customerId ? name(customerId, "customer") : "–");
    if (role === "customer") return partner;
    return STAFF.includes(role) ? `${customer} · ${partner}` : customer;
  };
}
