// The orders of a page that shows many: many changes at once are one picture.
import type { OrdersState } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useRef, useState } from "react";

const SHORTEST = 50; // ms between two pictures
const LONGEST = 500;
const SHARE = 4; // a picture that takes 1 ms to make is followed by 3 ms for everything else

/** The state of the orders, at most once per animation frame, less often if a picture takes long. A hidden page takes it when it is shown again. */
export function useFrameOrders(): OrdersState {
  const { store } = useMetaia().orders;
  const [state, setState] = useState(store.getState);
  const began = useRef(0);
  const next = useRef(0);
  useEffect(() => {
    let frame = 0;
    const show = () => {
      if (performance.now() < next.current) return void (frame = requestAnimationFrame(show));
      frame = 0;
      began.current = performance.now();
      setState(store.getState());
    };
    const stop = store.subscribe(() => void (frame ||= requestAnimationFrame(show)));
    setState(store.getState());
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [store]);
  useEffect(() => {
    const now = performance.now(); // after the browser has drawn the picture
    next.current = began.current + Math.min(LONGEST, Math.max(SHORTEST, SHARE * (now - began.current)));
  }, [state]);
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
