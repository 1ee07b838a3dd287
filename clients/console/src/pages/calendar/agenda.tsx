// The bookings of some days, beside each other: a lane per calendar. On a narrow screen each day is a list.
import type { Booking, Calendar } from "@metaia/client/bookings";
import { useMemo, type CSSProperties, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { Link } from "../../app/router.js";

export const PAGE = 100; // bookings, the most of one page of the API
const OPENS = 8; // hours that are shown at least
const CLOSES = 18;
const SHOWN = ["held", "pending", "confirmed", "checked_in", "completed", "no_show"] as const;

/** The Monday of the week of a date. */
export const monday = (date: string): string => {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
};

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

interface Placed {
  booking: Booking;
  date: string;
  /** Minutes of the day by the clock of the place. */
  from: number;
  to: number;
}

export function Agenda({ days, calendars, only }: { days: string[]; calendars: Calendar[]; only: string }): ReactNode {
  const { later, useBookings, useBookingText } = part.views!;
  const { b, clock, day } = useBookingText();
  // a day more on both sides: the server filters by instants, the page by dates of the place
  const range = { from: `${later(days[0]!, -1)}T00:00:00Z`, to: `${later(days.at(-1)!, 2)}T00:00:00Z` };
  const { bookings, busy } = useBookings({ ...range, status: [...SHOWN], sort: "startsAt", limit: PAGE, ...(only && { calendarId: only }) }, true);
  const placed = useMemo(() => (bookings ?? []).map((booking): Placed => {
    const from = minutes(clock(booking.startsAt, booking.timeZone));
    const to = minutes(clock(booking.endsAt, booking.timeZone));
    return { booking, date: booking.localStart.slice(0, 10), from, to: to > from ? to : 1440 };
  }), [bookings, clock]);
  const inside = placed.filter(({ date }) => days.includes(date));
  const first = Math.min(OPENS, ...inside.map(({ from }) => Math.floor(from / 60)));
  const last = Math.max(CLOSES, ...inside.map(({ to }) => Math.ceil(to / 60)));
  return (
    <div className="agenda" aria-busy={busy}>
      <div className="agenda-hours" aria-hidden="true">
        {Array.from({ length: last - first }, (_, n) => <span key={n}>{String(first + n).padStart(2, "0")}:00</span>)}
      </div>
      {days.map((date) => (
        <section key={date} className="agenda-day" aria-label={day(date)}>
          <h3>{day(date)}</h3>
          <ol>
            {inside.filter((one) => one.date === date).map((one) => <Item key={one.booking.id} placed={one} first={first} last={last} calendars={calendars} />)}
          </ol>
          {!inside.some((one) => one.date === date) && <p className="agenda-none">{b("day.none")}</p>}
        </section>
      ))}
    </div>
  );
}

function Item({ placed: { booking, from, to }, first, last, calendars }: { placed: Placed; first: number; last: number; calendars: Calendar[] }): ReactNode {
  const { useBookingText, useOthers } = part.views!;
  const { named } = useBookingText();
  const who = useOthers()(booking);
  const whole = (last - first) * 60;
  const lane = Math.max(0, calendars.findIndex(({ id }) => id === booking.calendarId));
  const width = 100 / Math.max(1, calendars.length);
  const place = {
    "--top": `${((from - first * 60) / whole) * 100}%`,
    "--height": `${((to - from) / whole) * 100}%`,
    "--left": `${lane * width}%`,
    "--width": `${width}%`,
  } as CSSProperties;
  const time = `${booking.localStart.slice(11, 16)}`;
  return (
    <li style={place}>
      <Link to={`/bookings/${booking.id}`} className={`agenda-item ${booking.status}`}>
        <span>{time}</span> <strong>{booking.service.name}</strong> <span>{who}</span> <small>{named("status", booking.status)}</small>
      </Link>
    </li>
  );
}
