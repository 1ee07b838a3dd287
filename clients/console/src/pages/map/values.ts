// What stands in the boxes of the map: measured here, or by the server.
import type { Schemas } from "@metaia/client";
import type { Texts } from "../../app/text.js";
import type { Values } from "./diagram.js";
import type { Sending } from "./sending.js";
import { median, requestTime, type Arrival, type Logged, type Trail } from "./trail.js";

const ms = (value: number | null | undefined): string | undefined =>
  value === null || value === undefined ? undefined : value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;

interface Buckets {
  buckets: number[];
  sum: number;
}

/** The mean of a histogram of all processes, in ms; null without values. */
function mean(stats: Schemas["WebsocketStatsData"] | null, name: "emitted" | "acknowledged"): number | null {
  const all = Object.values(stats?.processes ?? {}).map((one) => (one as unknown as Record<string, Buckets | undefined>)[name]);
  const count = all.reduce((sum, one) => sum + (one?.buckets.reduce((a, b) => a + b, 0) ?? 0), 0);
  const seconds = all.reduce((sum, one) => sum + (one?.sum ?? 0), 0);
  return count ? (seconds / count) * 1000 : null;
}

export function valuesOf(
  t: Texts["t"],
  trail: Trail,
  stats: Schemas["WebsocketStatsData"] | null,
  arrival: Arrival | undefined,
  known: Logged | undefined,
  sending: Sending | null,
): Values {
  const latency = arrival?.latency ?? median(trail.latencies);
  const waiting = stats ? Math.max(0, ...Object.values(stats.lag.feedEvents as Record<string, number>)) : null;
  const values: Record<string, string | undefined> = {
    rest: ms(requestTime(known?.requestId)),
    commit: known && new Date(known.createdAt).toISOString().slice(11, 23),
    relay: stats ? t("map.behind", { seconds: stats.lag.relaySeconds ?? 0 }) : undefined,
    log: stats?.relay.position != null ? `# ${stats.relay.position}` : undefined,
    feed: waiting === null ? undefined : t("map.waiting", { count: waiting }),
    rooms: ms(mean(stats, "emitted")) ?? (known && String(known.rooms.length)),
    screens: ms(latency),
    jobs: sending?.all ? t("map.sent", { count: sending.sent, all: sending.all }) : undefined,
    vendors: ms(sending?.took),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values;
}
