// A courier's work: the shift, deliveries that are open, and the own ones until they are handed over.
import type { Delivery, Vehicle } from "@metaia/client/couriers";
import { useCouriersClient, useJobs, useShift } from "@metaia/client/couriers/react";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { fleet } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Switch } from "../common/switch.js";
import { Job } from "./job.js";
import { useLocating, whereNow } from "./position.js";
import { useCourierText } from "./text.js";

const VEHICLES: readonly Vehicle[] = ["walk", "bicycle", "motorbike", "car"];

export function CourierPage(): ReactNode {
  const { t } = useText();
  const { c, named } = useCourierText();
  const client = useCouriersClient();
  const { shift, open, error, reload } = useShift();
  const { jobs } = useJobs();
  const { busy, run } = useAction();
  const [wanted, setWanted] = useState<Vehicle | null>(null);
  const located = useLocating(!!shift?.on);
  if (error && !shift) return <Card title={c("work")}><Empty title={c("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty></Card>;
  if (!shift) return <Skeleton lines={6} />;
  const vehicle = wanted ?? shift.vehicle ?? "bicycle";
  const set = (on: boolean, by = vehicle) => run(async () => client.setShift({ on, vehicle: by, ...(on && ((await whereNow()) ?? {})) }), c(on ? "shift.began" : "shift.ended"));
  const choose = (by: Vehicle) => {
    setWanted(by);
    if (shift.on) void set(true, by);
  };
  return (
    <>
      <Card title={c("work")} tools={<Switch label={c(shift.on ? "shift.on" : "shift.off")} on={shift.on} busy={busy} onChange={(on) => void set(on)} />}>
        <div className="shift">
          <Select label={c("vehicle")} value={vehicle} disabled={busy} onChange={(event) => choose(event.currentTarget.value as Vehicle)} options={VEHICLES.map((one) => [one, named("vehicle", one)] as const)} />
          {shift.on && (located === "refused" || shift.state === "paused") && <p role="alert" className="error">{c(located === "refused" ? "position.refused" : "shift.paused")}</p>}
          {shift.on && located === "sent" && <Badge tone="green">{c("position.sent")}</Badge>}
        </div>
      </Card>
      <Loaded part={fleet} lines={1} show={({ OwnFleets }) => <OwnFleets />} />
      <div className="columns">
        <Card title={<>{c("jobs")} {jobs && <span className="muted">{jobs.length}</span>}</>}>
          {!jobs ? <Skeleton lines={4} /> : jobs.length === 0 ? <Empty title={c("jobs.none")} /> : <ul className="jobs">{jobs.map((one: Delivery) => <Job key={one.id} delivery={one} />)}</ul>}
        </Card>
        <Card title={<>{c("open")} {shift.on && <span className="muted">{open.length}</span>}</>}>
          {!shift.on ? <Empty title={c("open.off")} /> : open.length === 0 ? <Empty title={c("open.none")} /> : <ul className="jobs" aria-live="polite">{open.map((one) => <Loaded key={one.id} part={fleet} lines={2} show={({ OpenDelivery }) => <OpenDelivery client={client} delivery={one} />} />)}</ul>}
        </Card>
      </div>
    </>
  );
}
