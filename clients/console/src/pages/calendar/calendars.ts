// The calendars of the partner, and a function that reads them again.
import type { Calendar } from "@metaia/client/bookings";
import { useCallback, useEffect, useState } from "react";
import { bookings as part } from "../../app/parts.js";

export function useCalendars(): [Calendar[] | undefined, () => void] {
  const client = part.views!.useBookingsClient();
  const [found, setFound] = useState<Calendar[]>();
  const load = useCallback(() => void client.calendars().then(setFound, () => undefined), [client]);
  useEffect(load, [load]);
  return [found, load];
}
