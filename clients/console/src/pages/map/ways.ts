// The stations of an event, where they stand, and which of them an event passes.
export const STATIONS = ["rest", "commit", "relay", "log", "feed", "rooms", "screens", "jobs", "vendors"] as const;
export type Station = (typeof STATIONS)[number];

export const EDGES: readonly (readonly [Station, Station])[] = [
  ["rest", "commit"], ["commit", "relay"], ["relay", "log"], ["log", "feed"], ["feed", "rooms"], ["rooms", "screens"],
  ["relay", "jobs"], ["jobs", "vendors"],
];

export interface Layout {
  view: string;
  width: number;
  height: number;
  place: Record<Station, readonly [x: number, y: number]>;
}

const MAIN = STATIONS.slice(0, 7);

/** Stations in a row; jobs and vendors below. */
export const WIDE: Layout = {
  view: "0 0 1000 168",
  width: 112,
  height: 58,
  place: {
    ...(Object.fromEntries(MAIN.map((name, index) => [name, [12 + index * 144, 12]])) as Record<Station, [number, number]>),
    jobs: [444, 98],
    vendors: [588, 98],
  },
};

/** A flat row, for the theatre. */
export const FLAT: Layout = {
  view: "0 0 1360 110",
  width: 152,
  height: 48,
  place: {
    ...(Object.fromEntries(MAIN.map((name, index) => [name, [4 + index * 200, 3]])) as Record<Station, [number, number]>),
    jobs: [604, 60],
    vendors: [804, 60],
  },
};

/** Stations in a column; jobs and vendors on the right. */
export const TALL: Layout = {
  view: "0 0 320 590",
  width: 132,
  height: 56,
  place: {
    ...(Object.fromEntries(MAIN.map((name, index) => [name, [12, 12 + index * 84]])) as Record<Station, [number, number]>),
    jobs: [176, 264],
    vendors: [176, 348],
  },
};

/** The line between two stations, as a path. */
export function line({ place, width, height }: Layout, from: Station, to: Station): string {
  const [x1, y1] = place[from];
  const [x2, y2] = place[to];
  if (y1 === y2) return `M${x1 + width} ${y1 + height / 2}H${x2}`;
  if (x1 === x2) return `M${x1 + width / 2} ${y1 + height}V${y2}`;
  // from below, or from the right side in a column: relay → jobs
  return x2 - x1 > width * 1.4
    ? `M${x1 + width / 2} ${y1 + height}V${y2 + height / 2}H${x2}`
    : `M${x1 + width} ${y1 + height / 2}H${x2 + width / 2}V${y2}`;
}

/** The order in which an event reaches stations: 0 first. Stations that it does not pass are left out. */
export function wayOf({ fromRequest, logged, sends }: { fromRequest: boolean; logged: boolean; sends: boolean }): Partial<Record<Station, number>> {
  if (!logged) return { rooms: 0, screens: 1 };
  const main = fromRequest ? MAIN : MAIN.slice(1);
  const way: Partial<Record<Station, number>> = Object.fromEntries(main.map((name, index) => [name, index]));
  if (sends) Object.assign(way, { jobs: way.relay! + 1, vendors: way.relay! + 2 });
  return way;
}
