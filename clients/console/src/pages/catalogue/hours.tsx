// When a shop takes orders: the week, and dates with other hours. No hours at all: always.
import type { OwnShop } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { bookings, calendar, storefront } from "../../app/parts.js";
import { ActionButton } from "../../ui/action.js";
import { Card } from "../../ui/card.js";
import { Field } from "../../ui/field.js";
import { Switch } from "../common/switch.js";
import { useCatalogueClient } from "./data.js";
import { useCatalogueText } from "./text.js";

const FULL = { from: "09:00", to: "18:00" };

export function ShopHours({ shop, onDone }: { shop: OwnShop; onDone: () => void }): ReactNode {
  const { c } = useCatalogueText();
  const { b } = bookings.views!.useBookingText(); // their scripts have loaded before this one
  const { DAYS, Pairs } = calendar.views!;
  const client = useCatalogueClient();
  const [week, setWeek] = useState(shop.hours.weekly);
  const [dates, setDates] = useState(shop.hours.exceptions);
  const [before, setBefore] = useState(String(shop.hours.lastOrderMinutes));
  const minutes = Number(before);
  const wrong = !(Number.isInteger(minutes) && minutes >= 0 && minutes <= 240);
  const save = async () => {
    await client.shop.saveHours({ timeZone: shop.hours.timeZone, weekly: week, exceptions: dates, lastOrderMinutes: minutes, expectedVersion: shop.version });
    onDone();
  };
  return (
    <Card title={c("hours")}>
      <p className="muted small">{b("times.zone", { zone: shop.timeZone })}</p>
      <Switch label={c("hours.always")} on={week === null} onChange={(always) => setWeek(always ? null : Object.fromEntries(DAYS.map((day) => [day, [FULL]])))} />
      {week && (
        <>
          <div className="week">{DAYS.map((day) => <Pairs key={day} title={b(`weekday.${day}`)} pairs={week[day] ?? []} onChange={(pairs) => setWeek({ ...week, [day]: pairs })} />)}</div>
          <Field label={c("hours.last")} type="number" min={0} max={240} step={5} value={before} onChange={(event) => setBefore(event.currentTarget.value)} />
        </>
      )}
      <Loaded part={storefront} lines={2} show={({ DatesEditor }) => <DatesEditor dates={dates} timeZone={shop.hours.timeZone} onChange={setDates} />} />
      <p><ActionButton kind="primary" disabled={wrong} action={save} done={c("saved")}>{c("save")}</ActionButton></p>
    </Card>
  );
}
