import type { ReactNode } from "react";
import { useText } from "../app/text.js";

/** Grey lines while something is loading. */
export function Skeleton({ lines = 3 }: { lines?: number }): ReactNode {
  const { t } = useText();
  return (
    <div className="skeleton" role="status" aria-label={t("loading")}>
      {Array.from({ length: lines }, (_, index) => <span key={index} />)}
    </div>
  );
}
