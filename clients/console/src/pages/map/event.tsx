// One event: its rooms, its payload, and what else its request has recorded.
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Dialog } from "../../ui/dialog.js";
import { TimeAgo } from "../../ui/format.js";
import { requestTime, type Logged } from "./trail.js";

export function EventDialog({ event, latency, onOpen, onClose }: {
  event: Logged;
  latency: number | null;
  onOpen: (event: Logged) => void;
  onClose: () => void;
}): ReactNode {
  const { t } = useText();
  const { rest } = useMetaia();
  const [same, setSame] = useState<Logged[]>([]);
  const { requestId } = event;
  useEffect(() => {
    setSame([]);
    if (!requestId) return;
    const stop = new AbortController();
    rest.GET("/api/admin/events", { query: { requestId, limit: 50 }, signal: stop.signal }).then(
      ({ data }) => setSame(data.events),
      () => undefined,
    );
    return () => stop.abort();
  }, [rest, requestId]);
  const took = requestTime(requestId);
  return (
    <Dialog title={event.type} onClose={onClose}>
      <dl className="facts">
        <dt>{t("map.at")}</dt><dd><TimeAgo at={event.createdAt} /></dd>
        {latency !== null && <><dt>{t("map.latency")}</dt><dd>{Math.round(latency)} ms</dd></>}
        {took !== undefined && <><dt>{t("map.rest")}</dt><dd>{Math.round(took)} ms</dd></>}
        <dt>{t("map.wire")}</dt><dd className="mono">{event.wire ?? "–"}</dd>
        <dt>{t("map.subject")}</dt><dd className="mono">{event.subject ?? "–"}</dd>
        <dt>{t("map.actor")}</dt><dd className="mono">{event.actor ?? "–"}</dd>
        <dt>{t("map.request")}</dt><dd className="mono">{requestId ?? "–"}</dd>
        <dt>{t("map.rooms")}</dt><dd className="mono">{event.rooms.join(", ") || "–"}</dd>
      </dl>
      {same.length > 1 && (
        <>
          <h3>{t("map.same_request", { count: same.length })}</h3>
          <ul className="feed">
            {same.map((one) => (
              <li key={one.eventId}>
                <button type="button" disabled={one.eventId === event.eventId} onClick={() => onOpen(one)}>
                  <strong>{one.type}</strong> <small className="mono">{one.subject}</small>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{t("map.payload")}</h3>
      <pre className="payload" tabIndex={0}>{JSON.stringify(event.payload, null, 2)}</pre>
    </Dialog>
  );
}
