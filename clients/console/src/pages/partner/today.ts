// A partner's numbers of today, made of the orders in the browser.
import type { Order } from "@metaia/client";
import { useEvent, useMetaia } from "@metaia/client/react";
import { useEffect, useMemo, useState } from "react";

export interface Today {
  waiting: number;
  working: number;
  done: number;
  revenue: [currency: string, amount: number][];
  /** Median seconds from order to acceptance; null while none is known. */
  toAccept: number | null;
}

const WORKING = ["accepted", "preparing", "ready", "out_for_delivery"];
const SOLD = ["delivered", "completed"];
const LOOKUPS = 20; // timelines that are read for the median

/** Return the numbers of the day that began at `start`. `accepted`: seconds to acceptance by order. */
export function numbersOf(orders: readonly Order[], start: string, accepted: ReadonlyMap<string, number>): Today {
  const revenue = new Map<string, number>();
  const times: number[] = [];
  let [waiting, working, done] = [0, 0, 0];
  for (const order of orders) {
    if (order.status === "pending") waiting++;
    else if (WORKING.includes(order.status)) working++;
    else if (SOLD.includes(order.status) && order.updatedAt >= start) {
      done++;
      revenue.set(order.currency, (revenue.get(order.currency) ?? 0) + order.total);
    }
    const seconds = accepted.get(order.id);
    if (seconds !== undefined && order.updatedAt >= start) times.push(seconds);
  }
  return { waiting, working, done, revenue: [...revenue].sort(), toAccept: median(times) };
}

function median(values: number[]): number | null {
  if (!values.length) return null;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}

const seconds = (from: string, to: string) => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);

/** Seconds to acceptance by order: of those accepted while the page is open, and of the newest ones before. */
export function useAcceptTimes(orders: readonly Order[], loaded: boolean, start: string): ReadonlyMap<string, number> {
  const { rest } = useMetaia();
  const [times, setTimes] = useState<ReadonlyMap<string, number>>(new Map());
  const add = (id: string, value: number) => setTimes((before) => new Map(before).set(id, value));
  useEvent("order_update", ({ order, previousStatus }: { order: Order; previousStatus: string | null }) => {
    if (previousStatus === "pending" && WORKING.includes(order.status)) add(order.id, seconds(order.createdAt, order.updatedAt));
  });
  useEffect(() => {
    if (!loaded) return;
    const stop = new AbortController();
    const moved = orders.filter((one) => one.updatedAt >= start && [...WORKING, ...SOLD].includes(one.status)).slice(0, LOOKUPS);
    void (async () => {
      for (const { id, createdAt } of moved) {
        const answer = await rest.send("get", "/api/orders/{order_id}/timeline", { path: { order_id: id }, signal: stop.signal }).catch(() => null);
        if (stop.signal.aborted) return;
        const step = answer?.data.timeline?.find((one: { previousStatus: string | null; status: string }) => one.previousStatus === "pending" && WORKING.includes(one.status));
        if (step) add(id, seconds(createdAt, step.at));
      }
    })();
    return () => stop.abort();
  }, [rest, loaded, start]);
  return times;
}

export function useNumbers(orders: readonly Order[], loaded: boolean, start: string): Today {
  const accepted = useAcceptTimes(orders, loaded, start);
  return useMemo(() => numbersOf(orders, start, accepted), [orders, start, accepted]);
}
