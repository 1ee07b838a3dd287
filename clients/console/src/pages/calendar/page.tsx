// A partner's calendar: what waits for an answer, and the bookings of a day or a week.
import type { Booking, Calendar } from "@metaia/client/bookings";
import { useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Agenda, monday, PAGE } from "./agenda.js";
import { useCalendars } from "./calendars.js";

const VIEWS = { day: 1, week: 7 } as const;
type View = keyof typeof VIEWS;
const WIDE = 900; // pixels, from which a week is shown first

export function CalendarPage(): ReactNode {
  const { useBookingText } = part.views!; // its script has loaded before this one
  const { b } = useBookingText();
  const [calendars] = useCalendars();
  return (
    <>
      <Waiting />
      <Card
        title={b("calendar")}
        tools={<><Link to="/bookings/services">{b("services")}</Link><Link to="/bookings/hours">{b("hours.open")}</Link><Link to="/bookings/figures">{b("figures")}</Link><Link to="/bookings/feed">{b("feed")}</Link></>}
      >
        {calendars ? <Views calendars={calendars} /> : <Skeleton lines={8} />}
      </Card>
    </>
  );
}

function Views({ calendars }: { calendars: Calendar[] }): ReactNode {
  const { later, today, useBookingText } = part.views!;
  const { b, day } = useBookingText();
  const [view, setView] = useState<View>(innerWidth >= WIDE ? "week" : "day");
  const [shown, setShown] = useState("");
  const zone = calendars[0]?.timeZone;
  const [date, setDate] = useState(() => today(zone));
  const first = view === "week" ? monday(date) : date;
  const days = Array.from({ length: VIEWS[view] }, (_, n) => later(first, n));
  const step = VIEWS[view];
  return (
    <div className="books">
      <div className="agenda-tools">
        <div className="actions">
          <Button aria-label={b("earlier")} onClick={() => setDate(later(date, -step))}>‹</Button>
          <Button onClick={() => setDate(today(zone))}>{b("today")}</Button>
          <Button aria-label={b("later")} onClick={() => setDate(later(date, step))}>›</Button>
        </div>
        <strong aria-live="polite">{day(first)}{step > 1 && ` – ${day(days.at(-1)!)}`}</strong>
        <div className="chips" role="group" aria-label={b("view")}>
          {(["day", "week"] as const).map((one) => <button key={one} type="button" className="chip" aria-pressed={view === one} onClick={() => setView(one)}>{b(`view.${one}`)}</button>)}
        </div>
        {calendars.length > 1 && (
          <select className="filter" aria-label={b("calendar")} value={shown} onChange={(event) => setShown(event.currentTarget.value)}>
            <option value="">{b("calendars.all")}</option>
            {calendars.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </select>
        )}
      </div>
      <Agenda days={days} calendars={calendars.filter((one) => !shown || one.id === shown)} only={shown} />
    </div>
  );
}

/** Requests, and times that customers have proposed: the partner answers them here. */
function Waiting(): ReactNode {
  const { BookingActions, BookingBadge, useBookings, useBookingText, useOthers } = part.views!;
  const { b, when } = useBookingText();
  const who = useOthers();
  const [from] = useState(() => new Date().toISOString());
  const range = { from, sort: "startsAt", limit: PAGE } as const;
  const requests = useBookings({ ...range, status: ["pending"] }, true).bookings ?? []; // few: not behind all confirmed ones
  const confirmed = useBookings({ ...range, status: ["confirmed"] }, true).bookings ?? [];
  const waits = ({ status, proposal }: Booking) => status === "pending" || proposal?.by === "customer";
  const rows = [...new Set([...requests, ...confirmed])].filter(waits).sort((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt));
  if (!rows.length) return null;
  return (
    <Card title={b("waiting", { count: rows.length })}>
      <ul className="waiting">
        {rows.map((one) => (
          <li key={one.id}>
            <div className="grow">
              <Link to={`/bookings/${one.id}`}>{one.service.name}</Link> <BookingBadge status={one.status} />
              <small className="block muted">{who(one)} · {when(one.startsAt, one.timeZone)}</small>
              {one.proposal && <small className="block">{b("proposal.customer")} {when(one.proposal.startsAt, one.timeZone)}</small>}
            </div>
            <BookingActions booking={one} only={one.proposal?.by === "customer" ? ["accept-move", "decline-move"] : ["confirm", "decline"]} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
