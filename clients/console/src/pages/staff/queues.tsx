// RQ's queues: what waits, what failed and another try, and the workers.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Badge, StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { JOB_STATES, Jobs, jobStatus, type JobState } from "./jobs.js";

type Overview = Schemas["Queues"]["data"];
type Queue = Overview["queues"][number];
const REFRESH_MS = 3000;

export function Queues(): ReactNode {
  const { t } = useText();
  const { found, failed, reload } = useQueues();
  const [chosen, setChosen] = useState("");
  const [state, setState] = useState<JobState>("failed");
  if (!found) return failed ? <Empty title={t("list.failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty> : <Skeleton lines={8} />;
  const queue = found.queues.find((one) => one.name === chosen) ?? found.queues.find((one) => one.failed) ?? found.queues[0];
  return (
    <>
      {failed && <p className="error" role="alert">{t("live.stale")}</p>}
      <Card title={t("nav.queues")} tools={<Link className="button" to="/dashboard">rq-dashboard</Link>}>
        <QueueTable queues={found.queues} onOpen={({ name }) => setChosen(name)} />
      </Card>
      {queue && (
        <Jobs
          key={queue.name}
          queue={queue.name}
          names={found.queues.map((one) => one.name)}
          state={state}
          count={queue[state]}
          onQueue={setChosen}
          onState={setState}
          onChanged={reload}
        />
      )}
      <Workers workers={found.workers} />
    </>
  );
}

/** The queues and workers, every 3 seconds while the page is visible. */
function useQueues(): { found: Overview | undefined; failed: boolean; reload: () => void } {
  const { rest } = useMetaia();
  const [found, setFound] = useState<Overview>();
  const [failed, setFailed] = useState(false);
  const latest = useRef(0);
  const load = () => {
    const mine = ++latest.current;
    rest.send("get", "/api/admin/queues").then(
      ({ data }) => mine === latest.current && (setFound(data), setFailed(false)),
      () => mine === latest.current && setFailed(true),
    );
  };
  useEffect(() => {
    load();
    const timer = setInterval(() => document.hidden || load(), REFRESH_MS);
    return () => {
      clearInterval(timer);
      latest.current = -1;
    };
  }, [rest]);
  return { found, failed, reload: load };
}

function QueueTable({ queues, onOpen }: { queues: Queue[]; onOpen: (queue: Queue) => void }): ReactNode {
  const { t, of, language } = useText();
  if (queues.length === 0) return <Empty title={t("list.no_match")} />;
  const number = (queue: Queue, state: JobState) =>
    state === "failed" && queue.failed ? <Badge tone="red">{queue.failed.toLocaleString(language)}</Badge> : queue[state].toLocaleString(language);
  return (
    <Table
      caption={t("nav.queues")}
      rows={queues}
      keyOf={(one) => one.name}
      name={(one) => one.name}
      onOpen={onOpen}
      columns={[
        { title: t("nav.queues"), cell: (one) => <strong>{one.name}</strong> },
        ...JOB_STATES.map((state) => ({ title: of("status", jobStatus(state)), right: true, cell: (one: Queue) => number(one, state) })),
      ]}
    />
  );
}

function Workers({ workers }: { workers: Overview["workers"] }): ReactNode {
  const { t, of, language } = useText();
  return (
    <Card title={t("live.processes", { count: workers.length })}>
      {workers.length === 0 && <Empty title={t("list.no_match")} />}
      {workers.length > 0 && (
        <Table
          caption={t("live.processes", { count: workers.length })}
          rows={workers}
          keyOf={(one) => one.name}
          columns={[
            { title: t("live.process"), cell: (one) => <span className="stacked"><span className="mono clip" title={one.name}>{one.name}</span>{one.jobId && <small className="mono clip">{one.jobId}</small>}</span> },
            { title: t("order.status"), cell: (one) => <StatusBadge status={one.state} /> },
            { title: t("nav.queues"), cell: (one) => one.queues.join(", ") },
            { title: of("status", "completed"), right: true, cell: (one) => one.successful.toLocaleString(language) },
            { title: of("status", "failed"), right: true, cell: (one) => one.failed.toLocaleString(language) },
            { title: t("audit.at"), cell: (one) => (one.seenAt ? <TimeAgo at={one.seenAt} /> : "–") },
          ]}
        />
      )}
    </Card>
  );
}
