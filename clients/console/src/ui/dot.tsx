// The connection, as it is: green only when all events up to now have arrived.
import { useConnection } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText, type Key } from "../app/text.js";

const TONES: Record<string, string> = {
  idle: "grey", suspended: "grey", preparing: "amber", connecting: "amber", syncing: "amber", refetching: "amber",
  waiting: "amber", signed_out: "red", live: "green",
};

export function ConnectionDot(): ReactNode {
  const { state, transport, lag, retryAt, isConnected } = useConnection();
  const { t } = useText();
  const [, tick] = useState(0);
  useEffect(() => {
    if (retryAt === null) return;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [retryAt]);
  const polls = isConnected && transport === "poll";
  const seconds = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
  const tone = polls ? "blue" : TONES[state] ?? "grey";
  const text = polls ? t("dot.polling") : state === "waiting" ? t("dot.waiting", { seconds }) : t(`dot.${state}` as Key);
  const more = [transport, lag === null ? null : `${Math.round(lag)} ms`].filter(Boolean).join(" · ");
  return (
    <span className={`dot ${tone}`} title={more} role="status">
      <i aria-hidden="true" /> {text}
    </span>
  );
}
