// The way of an event as a drawing. What moves, moves by CSS classes.
import { useId, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { EDGES, FLAT, line, STATIONS, TALL, WIDE, type Layout, type Station } from "./ways.js";

export interface Lit {
  /** Of the event: another one begins the movement again. */
  id: string;
  way: Partial<Record<Station, number>>;
}

export type Values = Partial<Record<Station, string>>;

/** The map, in a row or, on a narrow screen, in a column. */
export function Diagram({ lit, values, compact = false }: { lit: Lit | null; values: Values; compact?: boolean }): ReactNode {
  const { t } = useText();
  const spoken = STATIONS.map((name) => `${t(`map.${name}`)}${values[name] ? ` ${values[name]}` : ""}`).join(", ");
  return (
    <div className={compact ? "diagram compact" : "diagram"} role="img" aria-label={spoken}>
      <Drawing className="wide" layout={compact ? FLAT : WIDE} lit={lit} values={values} />
      {!compact && <Drawing className="tall" layout={TALL} lit={lit} values={values} />}
    </div>
  );
}

function Drawing({ layout, lit, values, className }: { layout: Layout; lit: Lit | null; values: Values; className: string }): ReactNode {
  const { t } = useText();
  const arrow = useId();
  const { place, width, height } = layout;
  const hop = (name: Station) => lit?.way[name];
  return (
    <svg className={className} viewBox={layout.view} aria-hidden="true">
      <defs>
        <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path className="head" d="M0 0l8 4-8 4z" />
        </marker>
      </defs>
      {EDGES.map(([from, to]) => {
        const d = line(layout, from, to);
        const passed = hop(from) !== undefined && hop(to) !== undefined;
        return (
          <g key={from + to}>
            <path className="edge" d={d} markerEnd={`url(#${arrow})`} />
            {passed && <path key={lit!.id} className={`edge pulse hop-${hop(to)}`} d={d} pathLength={1} />}
          </g>
        );
      })}
      {STATIONS.map((name) => {
        const [x, y] = place[name];
        const passed = hop(name) !== undefined;
        return (
          <g key={passed ? `${name}${lit!.id}` : name} className={passed ? `station lit hop-${hop(name)}` : "station"}>
            <rect x={x} y={y} width={width} height={height} rx={10} />
            <text x={x + width / 2} y={y + height * 0.42} className="name">{t(`map.${name}`)}</text>
            <text x={x + width / 2} y={y + height * 0.8} className="value">{values[name] ?? "–"}</text>
          </g>
        );
      })}
    </svg>
  );
}
