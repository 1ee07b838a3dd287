// Where the courier is, sent while the shift is on and the page is open.
import { useCouriersClient } from "@metaia/client/couriers/react";
import { useEffect, useState } from "react";

const LEAST = 5_000; // ms between two positions that are sent
const STILL = 60_000; // ms after which the same place is sent again: five minutes of silence pause the shift
const PATIENCE = 8_000; // ms

const digits = (value: number) => Number(value.toFixed(5));

/** Return the position, or null if the browser gives none: a shift begins without it, too. */
export function whereNow(): Promise<{ lat: number; lng: number } | null> {
  return new Promise((resolve) =>
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve({ lat: digits(coords.latitude), lng: digits(coords.longitude) }), () => resolve(null), { timeout: PATIENCE, maximumAge: 30_000 }));
}

/** Send positions while `on`. Return whether one was sent, or the browser refuses. */
export function useLocating(on: boolean): "waiting" | "sent" | "refused" {
  const client = useCouriersClient();
  const [state, setState] = useState<"waiting" | "sent" | "refused">("waiting");
  useEffect(() => {
    if (!on) return;
    let last: GeolocationPosition | undefined;
    let sent = 0;
    const send = () => {
      if (!last || Date.now() - sent < LEAST) return;
      sent = Date.now();
      const { latitude, longitude, accuracy, heading, speed } = last.coords;
      const position = { lat: digits(latitude), lng: digits(longitude), at: new Date(last.timestamp).toISOString(), accuracy: Math.round(accuracy), ...(heading != null && { heading }), ...(speed != null && { speed }) };
      client.locate(position).then(() => setState("sent"), () => undefined); // the next position follows
    };
    const watch = navigator.geolocation.watchPosition((position) => ((last = position), send()), () => setState("refused"), { enableHighAccuracy: true });
    const timer = setInterval(() => {
      if (last && Date.now() - sent >= STILL) {
        last = { ...last, coords: last.coords, timestamp: Date.now() } as GeolocationPosition;
        send();
      }
    }, LEAST);
    return () => {
      navigator.geolocation.clearWatch(watch);
      clearInterval(timer);
    };
  }, [client, on]);
  return state;
}
