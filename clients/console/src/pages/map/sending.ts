// What jobs and vendors have made of the newest event: the deliveries of its subject.
import type { Metaia } from "@metaia/client";
import { useEffect, useState } from "react";

export interface Sending {
  /** Messages that were handed to vendors, of how many. */
  sent: number;
  all: number;
  /** The middle time from the change to the vendor's acceptance, in ms. */
  took: number | null;
}

const AFTER = [900, 3_000]; // ms

/** Follow the deliveries of `subject`, read again after each change of `version`. */
export function useSending(client: Metaia, subject: string | null, version: unknown): Sending | null {
  const [found, setFound] = useState<Sending | null>(null);
  useEffect(() => {
    if (!subject) return;
    let ended = false;
    const load = async () => {
      const { data } = await client.rest.GET("/api/admin/notifications", { query: { subject, limit: 20 }, tries: 1 });
      const all = data.notifications.flatMap(({ deliveries }) => deliveries).filter(({ channel }) => channel !== "in_app");
      const sent = all.filter(({ status }) => status === "sent" || status === "delivered");
      const times = sent.map((one) => Date.parse(one.updatedAt) - Date.parse(one.createdAt)).sort((a, b) => a - b);
      if (!ended) setFound({ sent: sent.length, all: all.length, took: times[Math.floor(times.length / 2)] ?? null });
    };
    const timers = AFTER.map((ms) => setTimeout(() => void load().catch(() => undefined), ms));
    return () => {
      ended = true;
      timers.forEach(clearTimeout);
    };
  }, [client, subject, version]);
  return found;
}
