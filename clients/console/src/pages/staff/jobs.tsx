// The jobs of a queue in one state: their errors, and another try.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { TimeAgo } from "../../ui/format.js";
import { useAttempt, useToast } from "../../ui/toast.js";
import { Choose, Filters } from "./filters.js";
import { List, useList } from "./list.js";

type Job = Schemas["JobOut"];
export const JOB_STATES = ["failed", "queued", "started", "scheduled", "deferred", "finished", "canceled"] as const;
export type JobState = (typeof JOB_STATES)[number];

const STATUSES: Partial<Record<string, string>> = { started: "running", finished: "completed", canceled: "cancelled" };

/** Return the name of the text of one of RQ's states. */
export const jobStatus = (state: string): string => STATUSES[state] ?? state;

const lastLine = (text: string): string => text.trimEnd().split("\n").pop()!;
const momentOf = (job: Job): string | null => job.endedAt ?? job.startedAt ?? job.enqueuedAt ?? job.createdAt;

/** `count` is the number of jobs in this state: when it changes, the list is fetched again. */
export function Jobs({ queue, names, state, count, onQueue, onState, onChanged }: {
  queue: string;
  names: string[];
  state: JobState;
  count: number;
  onQueue: (name: string) => void;
  onState: (state: JobState) => void;
  onChanged: () => void;
}): ReactNode {
  const { t, of } = useText();
  const [open, setOpen] = useState<Job | null>(null);
  const [asks, setAsks] = useState(false);
  const list = useList<Job>(`/api/admin/queues/${queue}/jobs`, "jobs", { state });
  const known = useRef(count);
  useEffect(() => {
    if (known.current !== count) list.reload();
    known.current = count;
  }, [count]);
  const changed = () => {
    setOpen(null);
    setAsks(false);
    list.reload();
    onChanged();
  };
  return (
    <Card title={t("nav.jobs")} tools={state === "failed" && count > 0 && <Button onClick={() => setAsks(true)}>{t("webhook.retry")} ({count})</Button>}>
      <Filters>
        <Choose label={t("nav.queues")} value={queue} onChange={onQueue} options={names.map((one) => [one, one] as const)} />
        <Choose label={t("order.status")} value={state} onChange={(one) => onState(one as JobState)} options={JOB_STATES.map((one) => [one, of("status", jobStatus(one))] as const)} />
      </Filters>
      <List
        list={list}
        none={t("list.no_match")}
        caption={t("nav.jobs")}
        name={(one) => one.name}
        onOpen={setOpen}
        columns={[
          { title: t("nav.jobs"), cell: (one) => <span className="stacked"><strong className="breaks">{one.name}</strong><small className="mono">{one.id}</small></span> },
          { title: t("webhook.error"), cell: (one) => <span className="clip">{one.error ? lastLine(one.error) : "–"}</span> },
          { title: t("audit.at"), cell: (one) => { const at = momentOf(one); return at ? <TimeAgo at={at} /> : "–"; } },
        ]}
      />
      {open && <JobDialog job={open} onClose={() => setOpen(null)} onChanged={changed} />}
      {asks && <RetryAll queue={queue} count={count} onClose={() => setAsks(false)} onChanged={changed} />}
    </Card>
  );
}

function JobDialog({ job, onClose, onChanged }: { job: Job; onClose: () => void; onChanged: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t, language } = useText();
  const attempt = useAttempt();
  const show = useToast();
  const act = async (method: "post" | "delete", path: string) => {
    if (await attempt(() => rest.send(method, path))) show(t("done"));
    onChanged();
  };
  const time = (at: string | null) => at && new Date(at).toLocaleString(language);
  const times = [["status.queued", job.enqueuedAt], ["campaign.began", job.startedAt], ["campaign.ended", job.endedAt]] as const;
  return (
    <Dialog
      title={job.name || job.id}
      onClose={onClose}
      actions={
        <>
          <Button kind="danger" onClick={() => void act("delete", `/api/admin/jobs/${job.id}`)}>{t("delete")}</Button>
          {job.state === "failed" && <Button kind="primary" onClick={() => void act("post", `/api/admin/jobs/${job.id}/retry`)}>{t("webhook.retry")}</Button>}
        </>
      }
    >
      <dl className="facts">
        <dt>{t("order.status")}</dt><dd><StatusBadge status={jobStatus(job.state ?? "")} /></dd>
        <dt>{t("nav.queues")}</dt><dd>{job.queue}</dd>
        {times.map(([name, at]) => at && <><dt>{t(name)}</dt><dd>{time(at)}</dd></>)}
        <dt>{t("id")}</dt><dd className="mono">{job.id}</dd>
      </dl>
      {job.arguments && <pre className="code" tabIndex={0} aria-label={t("nav.jobs")}>{JSON.stringify(job.arguments, null, 1)}</pre>}
      {job.error && <pre className="code" tabIndex={0} aria-label={t("webhook.error")}>{job.error}</pre>}
    </Dialog>
  );
}

function RetryAll({ queue, count, onClose, onChanged }: { queue: string; count: number; onClose: () => void; onChanged: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const attempt = useAttempt();
  const show = useToast();
  const retry = async () => {
    if (await attempt(() => rest.send("post", `/api/admin/queues/${queue}/retry`))) show(t("done"));
    onChanged();
  };
  return (
    <Dialog title={t("webhook.retry")} onClose={onClose} actions={<Button kind="primary" onClick={() => void retry()}>{t("webhook.retry")}</Button>}>
      <p>{queue}: {count}</p>
    </Dialog>
  );
}
