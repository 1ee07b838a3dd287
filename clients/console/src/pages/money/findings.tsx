// What the latest run of the auditor has found, and a new run.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/card.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useMoneyText } from "./text.js";

type Audit = { checkedAt: string | null; running: boolean; findings: Schemas["FindingOut"][] };
const AGAIN = 2_000; // ms between two looks while a run goes on

export function Findings({ admin }: { admin: boolean }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { m, time } = useMoneyText();
  const [audit, setAudit] = useState<Audit>();
  const [failed, setFailed] = useState(false);
  const load = useCallback(async () => {
    try {
      setAudit((await rest.send("get", "/api/finance/audit")).data);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }, [rest]);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    if (!audit?.running) return;
    const timer = setTimeout(() => void load(), AGAIN);
    return () => clearTimeout(timer);
  }, [audit, load]);
  const run = async () => {
    await rest.send("post", "/api/finance/audit/run", { body: { full: true } });
    await load();
  };
  if (failed && !audit) return <Empty title={m("failed")}><Button onClick={() => void load()}>{t("list.again")}</Button></Empty>;
  if (!audit) return <Skeleton lines={4} />;
  return (
    <>
      <p className="audit" role="status">
        {audit.running ? m("audit.running") : audit.checkedAt ? m("audit.checked", { time: time(audit.checkedAt) }) : m("audit.never")}
      </p>
      {admin && <p><ActionButton action={run} disabled={audit.running}>{m("audit.run")}</ActionButton></p>}
      {audit.checkedAt && audit.findings.length === 0 && <Empty title={m("audit.none")} />}
      {audit.findings.length > 0 && (
        <Table
          caption={m("findings")}
          rows={audit.findings}
          keyOf={(one) => `${one.rule} ${one.subject}`}
          columns={[
            { title: m("audit.rule"), cell: (one) => <strong>{one.rule}</strong> },
            { title: m("subject"), cell: (one) => <span className="mono">{one.subject}</span> },
            { title: m("audit.expected"), cell: (one) => one.expected },
            { title: m("audit.found"), cell: (one) => one.found },
          ]}
        />
      )}
    </>
  );
}
