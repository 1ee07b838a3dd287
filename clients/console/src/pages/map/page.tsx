// The map of events: each event lights its way, with the times that were measured.
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Diagram } from "./diagram.js";
import { EventDialog } from "./event.js";
import { useSending } from "./sending.js";
import { litBy, median, subjectOf, useStatistics, useTrail, type Logged } from "./trail.js";
import { valuesOf } from "./values.js";

export function MapPage(): ReactNode {
  const client = useMetaia();
  const { t, of } = useText();
  const trail = useTrail(client, true);
  const [opened, setOpened] = useState<Logged | null>(null);
  const light = trail.arrivals[0];
  const newest = trail.arrivals.find((one) => one.logged);
  const known = trail.log.find((one) => one.eventId === newest?.id);
  const stats = useStatistics(client, newest?.id);
  const subject = subjectOf(newest);
  const sending = useSending(client, subject, newest?.id);
  const latencyOf = (id: string) => trail.arrivals.find((one) => one.id === id)?.latency ?? null;
  const middle = median(trail.latencies);
  return (
    <>
      <Card
        title={t("map.title")}
        tools={middle !== null && <Badge tone="green">{t("map.median", { ms: Math.round(middle), count: trail.latencies.length })}</Badge>}
      >
        <p className="muted small">{t("map.text")}</p>
        <Diagram lit={litBy(light, known)} values={valuesOf(t, trail, stats, newest, known, sending)} />
      </Card>
      <Card title={t("map.last")}>
        {trail.failed && <p role="alert" className="error">{t("server_away")}</p>}
        {trail.log.length === 0 ? (
          <Empty title={t("map.none")}>{t("map.none_text")}</Empty>
        ) : (
          <ul className="feed events">
            {trail.log.map((one) => {
              const latency = latencyOf(one.eventId);
              const status = (one.payload as { status?: unknown }).status;
              return (
                <li key={one.eventId}>
                  <button type="button" onClick={() => setOpened(one)}>
                    <strong>{one.type} {typeof status === "string" && <Badge>{of("status", status)}</Badge>}</strong>
                    <small className="mono">{one.subject}</small>
                    <small><TimeAgo at={one.createdAt} /> · {t("map.room_count", { count: one.rooms.length })}</small>
                    {latency !== null && <Badge tone="green">{Math.round(latency)} ms</Badge>}
                  </button>
                </li>
              );
            })}
          </ul>
        )}
      </Card>
      {opened && <EventDialog event={opened} latency={latencyOf(opened.eventId)} onOpen={setOpened} onClose={() => setOpened(null)} />}
    </>
  );
}
