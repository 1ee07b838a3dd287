// The hours of a calendar: of the week, and exceptions of single dates. Bookings outside of new hours stand, and are listed.
import type { Schemas } from "@metaia/client";
import type { Calendar } from "@metaia/client/bookings";
import { useMetaia } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { CalendarDialog } from "./add.js";
import { useCalendars } from "./calendars.js";
import { Exceptions } from "./exceptions.js";
import { DAYS, Pairs, type Pair, type Week } from "./pairs.js";

export type Hours = Schemas["Availability"]["data"];
export type Affected = Schemas["AffectedOut"];

export function HoursPage(): ReactNode {
  const { b } = part.views!.useBookingText(); // its script has loaded before this one
  const [calendars, reload] = useCalendars();
  const [chosen, setChosen] = useState("");
  const [adding, setAdding] = useState(false);
  const calendar = calendars?.find(({ id }) => id === chosen) ?? calendars?.[0];
  const added = (one: Calendar) => (setAdding(false), setChosen(one.id), reload());
  return (
    <Card title={b("hours.open")} tools={<><Link to="/bookings">{b("calendar")}</Link><Button onClick={() => setAdding(true)}>{b("calendar.add")}</Button></>}>
      {!calendar ? <Skeleton lines={6} /> : (
        <>
          {calendars!.length > 1 && <Select label={b("calendar")} value={calendar.id} onChange={(event) => setChosen(event.currentTarget.value)} options={calendars!.map((one) => [one.id, one.name] as const)} />}
          <HoursOf key={calendar.id} calendar={calendar} />
        </>
      )}
      {adding && <CalendarDialog onClose={() => setAdding(false)} onDone={added} />}
    </Card>
  );
}

function HoursOf({ calendar }: { calendar: Calendar }): ReactNode {
  const { rest } = useMetaia();
  const [hours, setHours] = useState<Hours>();
  const [affected, setAffected] = useState<Affected[]>([]);
  const load = useCallback(() => {
    rest.send("get", "/api/availability", { query: { calendarId: calendar.id } }).then(({ data }) => setHours(data), () => undefined);
  }, [rest, calendar.id]);
  useEffect(load, [load]);
  const changed = (after: Hours & { affected?: Affected[] }) => (setHours(after), setAffected(after.affected ?? []));
  if (!hours) return <Skeleton lines={6} />;
  return (
    <>
      <Weekly key={hours.version} hours={hours} onChange={changed} />
      <AffectedList affected={affected} timeZone={hours.timeZone} />
      <Exceptions hours={hours} onChange={changed} />
    </>
  );
}

function Weekly({ hours, onChange }: { hours: Hours; onChange: (after: Hours) => void }): ReactNode {
  const { rest } = useMetaia();
  const { b } = part.views!.useBookingText();
  const [week, setWeek] = useState<Week>(hours.weekly as Week);
  const put = (day: keyof Week) => (pairs: Pair[]) => setWeek((before) => ({ ...before, [day]: pairs }));
  const save = async () => {
    const body = { calendarId: hours.calendarId, weekly: week, expectedVersion: hours.version };
    onChange((await rest.send("put", "/api/availability/weekly", { body, key: crypto.randomUUID() })).data);
  };
  return (
    <>
      <p className="muted small">{b("times.zone", { zone: hours.timeZone })}</p>
      <div className="week">
        {DAYS.map((day) => <Pairs key={day} title={b(`weekday.${day}`)} pairs={week[day]} onChange={put(day)} />)}
      </div>
      <ActionButton kind="primary" disabled={JSON.stringify(week) === JSON.stringify(hours.weekly)} action={save} done={b("saved")}>{b("save")}</ActionButton>
    </>
  );
}

function AffectedList({ affected, timeZone }: { affected: Affected[]; timeZone: string }): ReactNode {
  const { b, when } = part.views!.useBookingText();
  if (!affected.length) return null;
  return (
    <div role="alert" className="preview">
      <strong>{b("affected")}</strong>
      <ul className="plain">
        {affected.map((one) => <li key={one.id}><Link to={`/bookings/${one.id}`}>{one.service}</Link>, {when(one.startsAt, timeZone)}</li>)}
      </ul>
    </div>
  );
}
