// A dry run of stored calls: what would change, what would be booked and who would be told; then the real replay.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Money } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";

type Replay = Schemas["ReplayOut"];

export function ReplayDialog({ ids, onClose, onReplayed }: { ids: readonly string[]; onClose: () => void; onReplayed: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { busy, run } = useAction();
  const [replay, setReplay] = useState<Replay>();
  const [failed, setFailed] = useState(false);
  const ask = (dryRun: boolean) => run(async () => setReplay((await rest.send("post", "/api/admin/webhooks/replay", { body: { ids: [...ids], dryRun } })).data.replay), dryRun ? undefined : t("done"));
  const dryRun = () => {
    setFailed(false);
    void ask(true).then((went) => setFailed(!went));
  };
  useEffect(dryRun, []);
  const replayNow = () => void ask(false).then((went) => went && onReplayed());
  return (
    <Dialog
      title={t(replay && !replay.dryRun ? "webhook.replayed" : "webhook.dry_run")}
      onClose={onClose}
      actions={
        <>
          {failed && <Button onClick={dryRun}>{t("list.again")}</Button>}
          {replay?.dryRun && <Button kind="primary" busy={busy} onClick={replayNow}>{t("webhook.replay_now", { count: replay.calls })}</Button>}
        </>
      }
    >
      {replay ? <Difference replay={replay} /> : failed ? <p role="alert">{t("list.failed")}</p> : <Skeleton lines={4} />}
    </Dialog>
  );
}

function Difference({ replay }: { replay: Replay }): ReactNode {
  const { t } = useText();
  const { changes, postings, wouldTell, failed } = replay;
  return (
    // Long differences scroll; the focus lets a keyboard do so.
    <div className="stack" aria-live="polite" tabIndex={0}>
      <p>{t("webhook.summary", { calls: replay.calls, facts: replay.newFacts })}</p>
      {changes.length + postings.length + wouldTell.length === 0 && <p><strong>{t("webhook.no_change")}</strong></p>}
      {changes.length > 0 && (
        <Part title={t("webhook.changes")}>
          <Table
            rows={changes}
            caption={t("webhook.changes")}
            keyOf={(one) => `${one.subject} ${one.field}`}
            columns={[
              { title: t("webhook.subject"), cell: (one) => <span className="mono long">{one.subject}</span> },
              { title: t("webhook.field"), cell: (one) => <span className="mono">{one.field}</span> },
              { title: t("audit.before"), right: true, cell: (one) => shown(one.before) },
              { title: t("audit.after"), right: true, cell: (one) => <strong>{shown(one.after)}</strong> },
            ]}
          />
        </Part>
      )}
      {postings.length > 0 && (
        <Part title={t("webhook.postings")}>
          <ul className="plain">
            {postings.map((one) => (
              <li key={one.key}>
                <span className="mono long">{one.key}</span>
                {one.lines.map((line) => <div key={`${line.kind} ${line.owner}`} className="long">{line.kind}:{line.owner} <Money amount={line.amount} currency={line.currency} /></div>)}
              </li>
            ))}
          </ul>
        </Part>
      )}
      {wouldTell.length > 0 && (
        <Part title={t(replay.dryRun ? "webhook.would_tell" : "webhook.told")}>
          <ul className="plain">
            {wouldTell.map((one, index) => <li key={index} className="long"><span className="mono">{one.type}</span> → {one.to.join(", ")}</li>)}
          </ul>
        </Part>
      )}
      {failed.length > 0 && (
        <Part title={t("webhook.failed")}>
          <ul className="plain">{failed.map((one) => <li key={one.id} className="long"><span className="mono">{one.id}</span>: {one.because}</li>)}</ul>
        </Part>
      )}
    </div>
  );
}

export function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return <section><h3>{title}</h3>{children}</section>;
}

const shown = (value: unknown): string => (value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value));
