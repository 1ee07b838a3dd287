import { useMemo } from "react";
import { useText } from "../../app/text.js";
import { clock } from "../../ui/format.js";

/** Return a function that writes a length of time in seconds: 4:05, 2 h 10 min, 3 d 4 h. */
export function useDuration(): (seconds: number) => string {
  const { t } = useText();
  return useMemo(() => (seconds) => {
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return clock(Math.floor(seconds));
    if (minutes < 24 * 60) return t("time.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
    return t("time.days", { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24 });
  }, [t]);
}
