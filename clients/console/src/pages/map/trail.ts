// The last events: as they arrived on this connection, and as the log has them.
import type { Metaia, Schemas } from "@metaia/client";
import { useEffect, useMemo, useState } from "react";
import { requests } from "../../app/requests.js";
import { wayOf, type Station } from "./ways.js";

export type Logged = Schemas["LoggedEvent"];

export interface Arrival {
  id: string;
  name: string;
  data: any;
  /** Arrived, by the server's clock, in milliseconds since 1970. */
  at: number;
  /** From the change to this screen in ms; null if not known, or if the event was replayed. */
  latency: number | null;
  logged: boolean;
}

export interface Trail {
  arrivals: readonly Arrival[];
  /** Newest first. */
  log: readonly Logged[];
  latencies: readonly number[];
  failed: boolean;
}

const KEPT = 60;
const GATHER = 500; // ms: events of one moment are one request
const LATER = 2_500; // ms: what jobs have recorded since
let last = 0;

/** Follow the events of `client`; with `details`, the log is read too (admins). */
export function useTrail(client: Metaia, details: boolean): Trail {
  const [trail, setTrail] = useState<Trail>({ arrivals: [], log: [], latencies: [], failed: false });
  useEffect(() => {
    let timers: ReturnType<typeof setTimeout>[] = [];
    let ended = false;
    const load = async () => {
      try {
        const { data } = await client.rest.GET("/api/admin/events", { query: { limit: KEPT }, tries: 2 });
        if (!ended) setTrail((before) => ({ ...before, log: data.events, failed: false }));
      } catch {
        if (!ended) setTrail((before) => ({ ...before, failed: true }));
      }
    };
    const soon = () => {
      timers.forEach(clearTimeout);
      timers = [GATHER, LATER].map((ms) => setTimeout(() => void load(), ms));
    };
    if (details) void load();
    const stop = client.onAny((data, name) => {
      if (name === "sync") return;
      const arrival = arrived(client, name, data);
      setTrail((before) => ({
        ...before,
        arrivals: [arrival, ...before.arrivals].slice(0, KEPT),
        latencies: arrival.latency === null ? before.latencies : [arrival.latency, ...before.latencies].slice(0, KEPT),
      }));
      if (details && arrival.logged) soon();
    });
    return () => {
      ended = true;
      stop();
      timers.forEach(clearTimeout);
    };
  }, [client, details]);
  return trail;
}

function arrived(client: Metaia, name: string, data: any): Arrival {
  const at = client.connection.serverTime();
  const logged = typeof data?.eventId === "string";
  const since = name === "order_update" ? data.updatedAt : data?.createdAt;
  const latency = logged && since && client.connection.isConnected ? Math.max(0, at - Date.parse(since)) : null;
  return { id: logged ? data.eventId : `live-${++last}`, name, data, at, latency, logged };
}

/** Return the way of an arrival; notifications and new orders make jobs send messages. */
export function litBy(arrival: Arrival | undefined, known: Logged | undefined): { id: string; way: Partial<Record<Station, number>> } | null {
  if (!arrival) return null;
  const sends = arrival.name === "order_update" || arrival.name === "new_notification";
  const fromRequest = known ? known.requestId !== null && known.actor !== null : true;
  return { id: arrival.id, way: wayOf({ fromRequest, logged: arrival.logged, sends }) };
}

/** The subject of the order that an arrival is about, or null. */
export function subjectOf(arrival: Arrival | undefined): string | null {
  const id: unknown = arrival?.data.orderId ?? arrival?.data.relatedOrder;
  return typeof id === "string" ? `order-${id}` : null;
}

/** The middle of `values`, or null. */
export function median(values: readonly number[]): number | null {
  if (!values.length) return null;
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** How long the request with this id took in this browser, in ms; undefined if another one made it. */
export function requestTime(requestId: string | null | undefined): number | undefined {
  if (!requestId) return undefined;
  return requests.getState().list.find((one) => one.requestId === requestId)?.ms;
}

type Statistics = Schemas["WebsocketStatsData"];

/** The server's own figures, read again when `version` changes, every 3 seconds at most. */
export function useStatistics(client: Metaia, version: unknown): Statistics | null {
  const [found, setFound] = useState<Statistics | null>(null);
  const state = useMemo(() => ({ next: 0, timer: undefined as ReturnType<typeof setTimeout> | undefined }), []);
  useEffect(() => {
    clearTimeout(state.timer);
    state.timer = setTimeout(
      () => {
        state.next = Date.now() + 3_000;
        client.rest.GET("/api/admin/websocket/stats", { tries: 1 }).then(({ data }) => setFound(data), () => undefined);
      },
      Math.max(400, state.next - Date.now()),
    );
    return () => clearTimeout(state.timer);
  }, [client, version]);
  return found;
}
