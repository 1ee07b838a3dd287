// The open hours of one day: pairs of times. Midnight as the end is 24:00.
import type { ReactNode } from "react";
import { bookings as part } from "../../app/parts.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";

export interface Pair {
  from: string;
  to: string;
}
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Week = Record<(typeof DAYS)[number], Pair[]>;
const MOST = 8; // pairs of one day
const FIRST: Pair = { from: "09:00", to: "17:00" };

export function Pairs({ title, pairs, onChange }: { title: string; pairs: Pair[]; onChange: (pairs: Pair[]) => void }): ReactNode {
  const { b } = part.views!.useBookingText();
  const put = (at: number, given: Partial<Pair>) => onChange(pairs.map((one, index) => (index === at ? { ...one, ...given } : one)));
  return (
    <fieldset className="pairs">
      <legend>{title}</legend>
      {pairs.map((pair, at) => (
        <div key={at} className="pair-line">
          <input type="time" className="filter" aria-label={b("from")} required value={pair.from} onChange={(event) => event.currentTarget.value && put(at, { from: event.currentTarget.value })} />
          <span aria-hidden="true">–</span>
          <input type="time" className="filter" aria-label={b("to")} required value={pair.to === "24:00" ? "00:00" : pair.to} onChange={(event) => event.currentTarget.value && put(at, { to: event.currentTarget.value === "00:00" ? "24:00" : event.currentTarget.value })} />
          <Button kind="quiet" aria-label={b("pair.remove", { from: pair.from })} onClick={() => onChange(pairs.filter((_, index) => index !== at))}><Icon name="close" /></Button>
        </div>
      ))}
      {pairs.length === 0 && <span className="muted">{b("closed")}</span>}
      {pairs.length < MOST && <Button kind="quiet" aria-label={`${b("pair.add")}: ${title}`} onClick={() => onChange([...pairs, pairs.length ? { from: pairs.at(-1)!.to, to: "24:00" } : FIRST])}>{b("pair.add")}</Button>}
    </fieldset>
  );
}
