// Free times of a service, a week at a time, live: a time that another customer takes disappears.
import type { SlotQuery } from "@metaia/client/bookings";
import { useSlots } from "@metaia/client/bookings/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useBookingText } from "./text.js";

const DAYS = 7;
const AHEAD = 365; // days, at most; the same as in metaia/bookings/services

/** A date some days after another one; both as 2026-12-02. */
export const later = (date: string, days: number): string => {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
};

/** Today by the clock of a zone, by default the browser's. */
export const today = (timeZone?: string): string => new Intl.DateTimeFormat("en-CA", timeZone ? { timeZone } : {}).format(new Date());

export function FreeTimes({ partnerId, serviceId, bookingId, chosen, onChoose }: {
  partnerId: string;
  serviceId: string;
  /** The booking that is to be moved: its own time counts as free. */
  bookingId?: string;
  chosen?: string | null;
  onChoose: (startsAt: string) => void;
}): ReactNode {
  const { t } = useText();
  const { b, day } = useBookingText();
  const first = today();
  const [from, setFrom] = useState(first);
  const to = later(from, DAYS - 1);
  const query = { partnerId, serviceId: [serviceId], from, to, ...(bookingId && { bookingId }) } as SlotQuery;
  const { slots, error, reload } = useSlots(query);
  const free = Object.entries(slots?.slots[serviceId] ?? {}).filter(([, starts]) => starts.length > 0);
  return (
    <section aria-label={b("times")}>
      <div className="times-head">
        <Button aria-label={b("earlier")} disabled={from <= first} onClick={() => setFrom(later(from, -DAYS))}>‹</Button>
        <strong aria-live="polite">{day(from)} – {day(to)}</strong>
        <Button aria-label={b("later")} disabled={later(first, AHEAD) <= to} onClick={() => setFrom(later(from, DAYS))}>›</Button>
      </div>
      {error && !slots ? <Empty title={b("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty>
        : !slots ? <Skeleton lines={3} />
        : free.length === 0 ? <Empty title={b("times.none")}><Button onClick={() => setFrom(later(from, DAYS))}>{b("later")}</Button></Empty>
        : (
          <>
            <div className="times">
              {free.map(([date, starts]) => (
                <div key={date} className="times-day">
                  <h3>{day(date)}</h3>
                  <ul>
                    {starts.map(({ startsAt, seatsLeft }) => (
                      <li key={startsAt}>
                        <button type="button" className="chip" aria-pressed={chosen === startsAt} onClick={() => onChoose(startsAt)}>
                          {startsAt.slice(11, 16)}{seatsLeft > 1 && <small> {b("seats.left", { count: seatsLeft })}</small>}
                        </button>
                      </li>
                    ))}
                  </ul>
                </div>
              ))}
            </div>
            <p className="muted small">{b("times.zone", { zone: slots.timeZone })}</p>
          </>
        )}
    </section>
  );
}
