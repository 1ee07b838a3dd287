// The orders of a page that shows many: many changes at once are one picture.
import type { OrdersState } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState } from "react";

const SHORTEST = 50; // ms between two pictures

/** The state of the orders, at most once per animation frame. A hidden page takes it when it is shown again. */
export function useFrameOrders(): OrdersState {
  const { store } = useMetaia().orders;
  const [state, setState] = useState(store.getState);
  useEffect(() => {
    let frame = 0;
    let last = 0;
    const show = (at: number) => {
      if (at - last < SHORTEST) return void (frame = requestAnimationFrame(show));
      last = at;
      frame = 0;
      setState(store.getState());
    };
    const stop = store.subscribe(() => void (frame ||= requestAnimationFrame(show)));
    setState(store.getState());
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [store]);
  return state;
}

/** The beginning of today as the API writes times, so that two texts can be compared. It follows midnight. */
export function useToday(): string {
  const today = () => new Date(new Date().setHours(0, 0, 0, 0)).toISOString();
  const [start, setStart] = useState(today);
  useEffect(() => {
    const timer = setInterval(() => setStart(today()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return start;
}
