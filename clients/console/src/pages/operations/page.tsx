// One operation: its progress, live, and what became of each item.
import type { Schemas } from "@metaia/client";
import type { Operation, Result } from "@metaia/client/operations";
import { useEvent } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { Link, useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { StatusBadge } from "../../ui/badge.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useAttempt } from "../../ui/toast.js";
import { useOperations, useOperationText } from "./text.js";
import { Outcome } from "./trial.js";

export type OperationEvent = Schemas["OperationProgressMessage"];

/** Return `operation` with the figures of a newer event. */
export function merged(operation: Operation, event: OperationEvent): Operation {
  const { state, done, failed, total, updatedAt } = event as unknown as Operation;
  return updatedAt < operation.updatedAt ? operation : { ...operation, state, done, failed, total, updatedAt };
}

export function OperationPage({ id }: { id: string }): ReactNode {
  const operations = useOperations();
  const { t } = useText();
  const o = useOperationText();
  const attempt = useAttempt();
  const [found, setFound] = useState<Operation | null>();
  const load = useCallback(() => {
    void attempt(async () => setFound(await operations.get(id))).then((went) => went || setFound((before) => before ?? null));
  }, [operations, attempt, id]);
  useEffect(load, [load]);
  useEvent("system:operation", (event: OperationEvent) => {
    if (event.operationId !== id) return;
    setFound((before) => before && merged(before, event));
    if (event.state !== found?.state) load(); // the actions are in the answer of the API only
  });
  if (found === null) return <Empty title={o("not_found")}><Link to="/operations">{t("nav.operations")}</Link></Empty>;
  if (!found) return <Skeleton lines={8} />;
  return (
    <div className="stack">
      <Facts operation={found} onChanged={setFound} />
      <Results key={found.state} operation={found} />
    </div>
  );
}

function Facts({ operation, onChanged }: { operation: Operation; onChanged: (operation: Operation) => void }): ReactNode {
  const operations = useOperations();
  const o = useOperationText();
  const { Progress, useNameOf } = staff.views!; // its script has loaded before this one
  const name = useNameOf([operation.actorId]);
  const title = `${o(`kind.${operation.kind}`)}: ${o(`action.${operation.action}` as "action.cancel")}`;
  const act = (action: "cancel" | "retry") => async () => onChanged(await operations[action](operation.id));
  const save = async () => {
    const address = URL.createObjectURL(await operations.download(operation.id));
    Object.assign(document.createElement("a"), { href: address, download: `metaia-operation-${operation.id}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it after the click
  };
  return (
    <Card title={<>{title} <StatusBadge status={operation.state} /></>}>
      <Progress done={operation.done + operation.failed} total={operation.total} label={title} />
      <dl className="facts">
        <dt>{o("item.done")}</dt><dd>{operation.done}</dd>
        <dt>{o("failed")}</dt><dd>{operation.failed}</dd>
        <dt>{o("reason")}</dt><dd className="long">{operation.reason}</dd>
        <dt>{o("author")}</dt><dd>{name(operation.actorId)}</dd>
        <dt>{o("began")}</dt><dd><TimeAgo at={operation.createdAt} /></dd>
        {operation.endedAt && <><dt>{o("ended")}</dt><dd><TimeAgo at={operation.endedAt} /></dd></>}
        {operation.endedBecause === "author_lost_access" && <><dt>{o("because")}</dt><dd>{o("author_lost_access")}</dd></>}
      </dl>
      {operation.state === "paused" && <p className="muted small">{o("paused")}</p>}
      <div className="actions">
        {operation.allowedActions.includes("cancel") && <ActionButton kind="danger" action={act("cancel")}>{o("cancel")}</ActionButton>}
        {operation.allowedActions.includes("retry") && <ActionButton kind="primary" action={act("retry")}>{o("retry", { count: operation.failed })}</ActionButton>}
        <ActionButton action={save}>{o("download")}</ActionButton>
      </div>
    </Card>
  );
}

function Results({ operation }: { operation: Operation }): ReactNode {
  const o = useOperationText();
  const { go } = useRouter();
  const { Choose, Filters, List, useList } = staff.views!;
  const [ok, setOk] = useState("");
  const list = useList<Result>(`/api/admin/operations/${operation.id}/results`, "results", { ok });
  const open = operation.kind === "orders" ? "orders" : "people";
  const differences = ({ before, after }: Result) =>
    Object.entries(after ?? {}).filter(([key, value]) => key !== "version" && value !== before?.[key]).map(([key, value]) => `${key}: ${before ? `${String(before[key] ?? "–")} → ` : ""}${String(value ?? "–")}`).join(", ");
  return (
    <Card title={o("results")}>
      <Filters>
        <Choose label={o("results")} all={o("results.all")} value={ok} onChange={setOk} options={[["false", o("failed")], ["true", o("item.done")]]} />
      </Filters>
      <List
        list={list}
        none={o("results.none")}
        caption={o("results")}
        name={(one) => one.title ?? one.id}
        onOpen={(one) => go(`/${open}/${one.id}`)}
        columns={[
          { title: o(`kind.${operation.kind}`), cell: (one) => <strong>{one.title ?? one.id}</strong> },
          { title: o("outcome"), cell: (one) => <Outcome result={one} /> },
          { title: o("change"), cell: (one) => <span className="long">{differences(one) || "–"}</span> },
        ]}
      />
    </Card>
  );
}
