// When an order is wanted: as soon as possible, or at a chosen time of the next seven days.
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Field, localTime } from "../../ui/field.js";
import { useCheckoutText } from "./text.js";

const DAYS = 7;
const STEP = 15 * 60_000; // ms
const SOON = 60 * 60_000; // ms

/** Return a quarter of an hour, an hour from now or after the opening. */
const proposed = (opensAt: string | null | undefined): number => Math.ceil(((opensAt ? Date.parse(opensAt) : Date.now()) + SOON) / STEP) * STEP;

export function Schedule({ at, timeZone, opensAt, onChange }: {
  /** RFC 3339; empty: as soon as possible. */
  at: string;
  timeZone: string;
  opensAt: string | null | undefined;
  onChange: (at: string) => void;
}): ReactNode {
  const k = useCheckoutText();
  const { language } = useText();
  const [typed, setTyped] = useState(at && localTime(Date.parse(at)));
  const choose = (value: string) => {
    setTyped(value);
    onChange(value && new Date(value).toISOString());
  };
  const elsewhere = timeZone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <div className="chips" role="group" aria-label={k("when")}>
        <button type="button" className="chip" aria-pressed={!at} onClick={() => choose("")}>{k("now")}</button>
        <button type="button" className="chip" aria-pressed={!!at} onClick={() => at || choose(localTime(proposed(opensAt)))}>{k("later")}</button>
      </div>
      {at && <Field label={k("time")} type="datetime-local" required step={60} min={localTime(Date.now())} max={localTime(Date.now() + DAYS * 24 * 60 * 60_000)} hint={elsewhere ? k("there", { zone: timeZone, time: new Intl.DateTimeFormat(language === "hi" ? "hi-IN" : "en-IN", { timeZone, dateStyle: "medium", timeStyle: "short" }).format(new Date(at)) }) : undefined} value={typed} onChange={(event) => event.currentTarget.value && choose(event.currentTarget.value)} />}
    </>
  );
}

/** When an order is wanted, in words. */
export function Scheduled({ at }: { at: string }): ReactNode {
  const { language } = useText();
  const k = useCheckoutText();
  const time = new Intl.DateTimeFormat(language === "hi" ? "hi-IN" : "en-IN", { dateStyle: "full", timeStyle: "short" }).format(new Date(at));
  return <p><strong>{k("wanted", { time })}</strong></p>;
}
