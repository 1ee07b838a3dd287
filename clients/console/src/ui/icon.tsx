// Icons: one path each, drawn by us on a grid of 24.
import type { ReactNode } from "react";

const PATHS: Record<string, string> = {
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 20a2 2 0 0 0 4 0",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  plus: "M12 5v14M5 12h14",
  board: "M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v11h-4z",
  chart: "M4 19h16M7 16v-5M12 16V6M17 16v-8",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 3-5 6-5s6 2 6 5M16 5.5a3 3 0 0 1 0 5M18 14c2 .7 3 2.5 3 5",
  truck: "M3 7h10v9H3zM13 10h4l4 3v3h-8M7 18.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM17 18.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
  bag: "M6 8h12l1 12H5zM9 8a3 3 0 0 1 6 0",
  map: "M5 6a2 2 0 1 0 0 .01M19 6a2 2 0 1 0 0 .01M12 18a2 2 0 1 0 0 .01M7 6h10M6 8l5 8M18 8l-5 8",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.500-1-8-4-8-9V6z",
  send: "M4 12l16-8-6 16-3-6z",
  hook: "M7 8a5 5 0 0 1 10 0M7 8a5 5 0 1 0 5 8M17 8a5 5 0 1 1-4 8",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2 2M16.400 16.400l2 2M5.600 18.400l2-2M16.400 7.600l2-2",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  play: "M7 4l13 8-13 8z",
  check: "M5 12l5 5L20 6",
  close: "M6 6l12 12M18 6L6 18",
  horn: "M4 10v4h3l9 5V5l-9 5zM19 9.500a4 4 0 0 1 0 5M7 14l1 6h2.500l-1-5",
  stop: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.600 5.600l12.800 12.800",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  document: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  voice: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 11v1a6 6 0 0 0 12 0v-1M12 18v3",
  money: "M4 7h16v11H4zM4 11h16M8 15h3",
  card: "M3 6h18v12H3zM3 10h18M7 15h4",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  offer: "M3 12V4h8l10 10-8 8zM8 8h.01",
  back: "M15 5l-7 7 7 7",
  search: "M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM16 16l4 4",
  clip: "M19 11l-7 7a4 4 0 0 1-6-6l8-8a3 3 0 0 1 4 4l-8 8a1 1 0 0 1-2-2l7-7",
  queue: "M4 6h16M4 12h10M4 18h6M18 15v6M15 18h6",
};

/** A decoration: the text beside it names what it means. */
export function Icon({ name }: { name: string }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name] ?? PATHS["list"]} />
    </svg>
  );
}
