// A time was taken by another customer: the next free times, as the refusal states them.
import { MetaiaError } from "@metaia/client";
import type { ReactNode } from "react";
import { useBookingText } from "./text.js";

export interface Alternative {
  startsAt: string;
  calendarId: string;
}

/** The free times that a refusal offers; undefined if it was refused for another reason. */
export const alternativesOf = (error: unknown): Alternative[] | undefined =>
  error instanceof MetaiaError && ["slot_taken", "session_full"].includes(error.code) ? ((error.details["alternatives"] as Alternative[] | undefined) ?? []) : undefined;

export function Alternatives({ found, onChoose }: { found: Alternative[]; onChoose: (startsAt: string) => void }): ReactNode {
  const { b, day } = useBookingText();
  return (
    <div role="alert">
      <p><strong>{b("taken")}</strong> {b(found.length ? "taken.others" : "taken.none")}</p>
      <ul className="chips">
        {found.map(({ startsAt }) => (
          <li key={startsAt}><button type="button" className="chip" onClick={() => onChoose(startsAt)}>{day(startsAt.slice(0, 10))}, {startsAt.slice(11, 16)}</button></li>
        ))}
      </ul>
    </div>
  );
}
