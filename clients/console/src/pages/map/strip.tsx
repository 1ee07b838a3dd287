// The map as a strip, for the theatre.
import type { Metaia } from "@metaia/client";
import type { ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Diagram } from "./diagram.js";
import { useSending } from "./sending.js";
import { litBy, subjectOf, useStatistics, useTrail } from "./trail.js";
import { valuesOf } from "./values.js";

export function Strip({ client }: { client: Metaia }): ReactNode {
  const { t } = useText();
  const trail = useTrail(client, true);
  const newest = trail.arrivals.find((one) => one.logged);
  const known = trail.log.find((one) => one.eventId === newest?.id);
  const stats = useStatistics(client, newest?.id);
  const subject = subjectOf(newest);
  const sending = useSending(client, subject, newest?.id);
  return (
    <section className="strip" tabIndex={0} aria-label={t("map.title")}>
      <Diagram compact lit={litBy(newest, known)} values={valuesOf(t, trail, stats, newest, known, sending)} />
    </section>
  );
}
