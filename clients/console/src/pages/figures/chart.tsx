// A bar chart of the buckets of a value. A bar that is not complete is hollow; each opens what is behind it.
import type { FigureBucket } from "@metaia/client/analytics";
import type { ReactNode } from "react";

const WIDTH = 600;
const HEIGHT = 160;
const FOOT = 18;

export function Chart({ buckets, read, show, label, onOpen }: {
  buckets: readonly FigureBucket[];
  /** The number of a bucket that its bar shows. */
  read: (bucket: FigureBucket) => number;
  show: (value: number) => string;
  label: string;
  onOpen?: (bucket: FigureBucket) => void;
}): ReactNode {
  const top = Math.max(1e-9, ...buckets.map(read));
  const step = WIDTH / Math.max(1, buckets.length);
  const marks = new Set([0, Math.floor(buckets.length / 2), buckets.length - 1]);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" role="group" aria-label={label}>
      <path d={`M0 ${HEIGHT - FOOT}H${WIDTH}`} stroke="var(--line)" />
      {buckets.map((one, index) => {
        const height = Math.max(0, (read(one) / top) * (HEIGHT - FOOT - 8));
        const name = `${one.bucket}: ${show(read(one))}`;
        const open = onOpen && (() => onOpen(one));
        return (
          <g
            key={one.bucket}
            role={open ? "button" : "img"}
            {...(open && { tabindex: 0 })}
            aria-label={name}
            style={open ? { cursor: "pointer" } : undefined}
            onClick={open}
            onKeyDown={open && ((event) => event.key === "Enter" && open())}
          >
            <title>{name}</title>
            <rect x={index * step} y={0} width={step} height={HEIGHT - FOOT} fill="transparent" />
            <rect
              x={index * step + step * 0.15}
              y={HEIGHT - FOOT - height}
              width={step * 0.7}
              height={height}
              fill={one.complete ? "var(--accent)" : "var(--accent-soft)"}
              stroke="var(--accent)"
            />
            {marks.has(index) && (
              <text
                x={index === 0 ? 0 : index === buckets.length - 1 ? WIDTH : index * step}
                y={HEIGHT - 4}
                fill="var(--muted)"
                font-size="11"
                text-anchor={index === 0 ? "start" : index === buckets.length - 1 ? "end" : "middle"}
              >
                {one.bucket}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
