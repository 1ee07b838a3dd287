// Samples of /api/admin/websocket/stats, and what one sees in two of them.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState } from "react";

export type Stats = Schemas["WebsocketStats"]["data"];
type Counts = Record<string, number>;

export interface Sample {
  /** Milliseconds, monotonic. */
  at: number;
  stats: Stats;
}

export const ROOM = 60; // samples that are kept
export const EVERY = 2_000; // ms between two samples; processes report every 2 s
const BOUNDS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000]; // ms, as in core/metrics.py

export const sum = (counts: unknown): number => Object.values((counts ?? {}) as Counts).reduce((all, one) => all + one, 0);
export const written = ({ stats }: Sample, what: string): number => ((stats.total.written ?? {}) as Counts)[what] ?? 0;
export const connections = ({ stats }: Sample): number => sum(stats.total.connections);
export const lag = ({ stats }: Sample): number => stats.lag.relaySeconds * 1000;
export const behind = ({ stats }: Sample): number => Math.max(0, ...Object.values(stats.lag.feedEvents as Counts));

/** Return how much `read` grew per second, between each two samples. A process that ended makes no negative rate. */
export function rates(samples: readonly Sample[], read: (sample: Sample) => number): number[] {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index]!;
    return Math.max(0, ((read(sample) - read(before)) * 1000) / Math.max(1, sample.at - before.at));
  });
}

/** Return the upper bound in ms below which `share` of all durations `name` of all processes lie; null without any. */
export function quantile({ stats }: Sample, name: "emitted" | "hubLag", share: number): number | null {
  const counts = BOUNDS.map(() => 0).concat(0);
  for (const process of Object.values(stats.processes))
    process[name]?.buckets.forEach((count, index) => (counts[index]! += count));
  const all = counts.reduce((one, other) => one + other, 0);
  if (!all) return null;
  let seen = 0;
  const index = counts.findIndex((count) => (seen += count) >= all * share);
  return BOUNDS[index] ?? Infinity;
}

/** The latest samples, every 2 seconds while the page is visible. */
export function useSamples(): { samples: Sample[]; failed: boolean } {
  const { rest } = useMetaia();
  const [samples, setSamples] = useState<Sample[]>([]);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const take = async () => {
      if (!document.hidden) {
        try {
          const { data } = await rest.send("get", "/api/admin/websocket/stats", { signal: stop.signal, tries: 1 });
          setSamples((before) => [...before.slice(1 - ROOM), { at: performance.now(), stats: data }]);
          setFailed(false);
        } catch {
          if (!stop.signal.aborted) setFailed(true);
        }
      }
      if (!stop.signal.aborted) timer = setTimeout(take, EVERY);
    };
    void take();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [rest]);
  return { samples, failed };
}
