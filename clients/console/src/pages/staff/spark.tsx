// A small line chart of the latest values.
import type { ReactNode } from "react";

const WIDTH = 120;
const HEIGHT = 36;

/** `values` from the oldest to the newest; `room` is how many fit, so a new chart grows from the right. */
export function Spark({ values, room, label }: { values: readonly number[]; room: number; label: string }): ReactNode {
  const top = Math.max(1e-9, ...values);
  const x = (index: number) => WIDTH - ((values.length - 1 - index) * WIDTH) / (room - 1);
  const y = (value: number) => HEIGHT - 2 - (value / top) * (HEIGHT - 6);
  const line = values.map((value, index) => `${index ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path className="base" d={`M0 ${HEIGHT - 2}H${WIDTH}`} />
      {values.length > 1 && <path className="area" d={`${line}L${WIDTH} ${HEIGHT}L${x(0).toFixed(1)} ${HEIGHT}Z`} />}
      {values.length > 1 && <path className="line" d={line} />}
    </svg>
  );
}
