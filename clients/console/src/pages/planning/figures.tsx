// Figures of bookings: a partner's own, and for staff those of all or of one partner.
import type { BookingFigures } from "@metaia/client/bookings";
import { useUser } from "@metaia/client/react";
import { useMemo, useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { PARTNERS } from "../../app/roles.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Field, Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useDemo, useNames } from "../common/people.js";
import { usePlanningText } from "./text.js";

const MOST_DAYS = 400; // the same as in metaia/core/http/pagination.py
const percent = (rate: number | null): string => (rate === null ? "–" : `${Math.round(rate * 1000) / 10} %`);

/** The partners that a member of staff can choose: those of the demo. */
function usePartnerChoice(): (readonly [id: string, name: string])[] {
  const p = usePlanningText();
  const name = useNames();
  return [["", p("partners.all")], ...useDemo().filter(({ role }) => PARTNERS.includes(role)).map(({ id, role }) => [id, name(id, role)] as const)];
}

export function FiguresPage(): ReactNode {
  const { t } = useText();
  const p = usePlanningText();
  const { later, today } = part.views!; // its script has loaded before this one
  const partner = PARTNERS.includes(useUser()?.role ?? "");
  const [from, setFrom] = useState(() => later(today(), -30));
  const [to, setTo] = useState(() => later(today(), 30));
  const [partnerId, setPartner] = useState("");
  const partners = usePartnerChoice();
  const right = from <= to && to < later(from, MOST_DAYS);
  return (
    <Card title={p("figures")} tools={<Link to="/bookings">{t("nav.bookings")}</Link>}>
      <div className="filters" role="search">
        <Field label={p("from")} type="date" required value={from} onChange={(event) => event.currentTarget.value && setFrom(event.currentTarget.value)} />
        <Field label={p("to")} type="date" required min={from} value={to} error={right ? undefined : p("days.wrong", { most: MOST_DAYS })} onChange={(event) => event.currentTarget.value && setTo(event.currentTarget.value)} />
        {!partner && <Select label={t("order.partner")} value={partnerId} onChange={(event) => setPartner(event.currentTarget.value)} options={partners} />}
      </div>
      {right && <Figures from={from} to={later(to, 1)} partnerId={partnerId} />}
    </Card>
  );
}

function Figures({ from, to, partnerId }: { from: string; to: string; partnerId: string }): ReactNode {
  const { t } = useText();
  const p = usePlanningText();
  const at = (date: string) => new Date(`${date}T00:00:00`).toISOString();
  const query = useMemo(() => ({ from: at(from), to: at(to), ...(partnerId && { partnerId }) }), [from, to, partnerId]);
  const { data, error, reload } = part.views!.useBookingFigures(query);
  if (error && !data) return <Empty title={p("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>;
  if (!data) return <Skeleton lines={5} />;
  if (!data.total.bookings) return <Empty title={p("figures.none")} />;
  return <><Total figures={data.total} /><Services figures={data} /><Calendars figures={data} /></>;
}

function Total({ figures }: { figures: BookingFigures["total"] }): ReactNode {
  const p = usePlanningText();
  const { named, length } = part.views!.useBookingText();
  const shown: [string, ReactNode][] = [
    [p("bookings"), figures.bookings],
    ...Object.entries(figures.byStatus).sort(([, one], [, other]) => other - one).map(([status, count]): [string, ReactNode] => [named("status", status), count]),
    [p("noShows"), percent(figures.noShowRate)],
    [p("cancellations"), percent(figures.cancellationRate)],
    [p("lead"), figures.medianLeadMinutes === null ? "–" : length(Math.round(figures.medianLeadMinutes))],
  ];
  return <dl className="numbers" aria-live="polite">{shown.map(([title, value]) => <div key={title}><dt>{title}</dt><dd>{value}</dd></div>)}</dl>;
}

function Services({ figures: { services } }: { figures: BookingFigures }): ReactNode {
  const p = usePlanningText();
  return (
    <section className="after-table">
      <h3>{p("services")}</h3>
      <Table
        rows={services}
        caption={p("services")}
        keyOf={(one) => one.serviceId}
        columns={[
          { title: p("service"), cell: (one) => <strong>{one.name}</strong> },
          { title: p("bookings"), right: true, cell: (one) => one.bookings },
          { title: p("noShows"), right: true, cell: (one) => percent(one.noShowRate) },
          { title: p("cancellations"), right: true, cell: (one) => percent(one.cancellationRate) },
        ]}
      />
    </section>
  );
}

function Calendars({ figures: { calendars } }: { figures: BookingFigures }): ReactNode {
  const p = usePlanningText();
  const { length } = part.views!.useBookingText();
  if (!calendars.length) return null;
  return (
    <section className="after-table">
      <h3>{p("calendars")}</h3>
      <Table
        rows={calendars}
        caption={p("calendars")}
        keyOf={(one) => one.calendarId}
        columns={[
          { title: p("calendar"), cell: (one) => <strong>{one.name}</strong> },
          { title: p("open"), right: true, cell: (one) => length(one.openMinutes) },
          { title: p("booked"), right: true, cell: (one) => length(one.bookedMinutes) },
          { title: p("used"), cell: (one) => <span className="progress"><progress max={1} value={one.utilisation ?? 0} aria-label={percent(one.utilisation)} /><small>{percent(one.utilisation)}</small></span> },
        ]}
      />
    </section>
  );
}
