import type { ReactNode } from "react";
import { useText } from "../../app/text.js";

/** How far something is, as a bar and in numbers. Without `total` the numbers only. */
export function Progress({ done, total, label }: { done: number; total: number | null; label: string }): ReactNode {
  const { language } = useText();
  const number = (value: number) => value.toLocaleString(language);
  return (
    <span className="progress">
      {!!total && <progress value={done} max={total} aria-label={label} />}
      <small>{total === null ? number(done) : `${number(done)} / ${number(total)}`}</small>
    </span>
  );
}
