// Reports and calls for support, and the decisions about them.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { chat, restrictions, staff } from "../../app/parts.js";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { TimeAgo } from "../../ui/format.js";
import { useDeskText } from "./text.js";

type Report = Schemas["StaffReportOut"];

const PATH = "/api/admin/chat/reports";
// The same as in metaia/chat/moderation/schemas.py.
export const ACTIONS = ["dismiss", "remove_message", "warn", "restrict"] as const;
type Action = (typeof ACTIONS)[number];

/** The name of a reason; a call for support is a report with a reason of its own. */
function useReason(): (reason: string) => string {
  const d = useDeskText();
  const { named } = chat.views!.useChatText(); // its script has loaded before this one
  return (reason) => (reason === "support" ? d("called") : named("reason", reason));
}

export function ReportsPage(): ReactNode {
  const d = useDeskText();
  const { Choose, Filters, List, useList, useNameOf } = staff.views!;
  const reason = useReason();
  const [status, setStatus] = useState("open");
  const [open, setOpen] = useState<Report | null>(null);
  const list = useList<Report>(PATH, "reports", { status });
  const name = useNameOf((list.rows ?? []).flatMap((one) => [one.reporterId, one.userId]));
  return (
    <>
      <Card title={d("reports")} tools={<Link to="/desk">{d("desk")}</Link>}>
        <Filters>
          <Choose label={d("status")} all={d("status.all")} value={status} onChange={setStatus} options={(["open", "closed"] as const).map((one) => [one, d(`status.${one}`)] as const)} />
        </Filters>
        <List
          list={list}
          none={d("reports.none")}
          caption={d("reports")}
          name={(one) => `${reason(one.reason)}, ${name(one.reporterId)}`}
          onOpen={setOpen}
          columns={[
            { title: d("reason"), cell: (one) => <strong>{reason(one.reason)}</strong> },
            { title: d("about"), cell: (one) => name(one.userId) },
            { title: d("reporter"), cell: (one) => name(one.reporterId) },
            { title: d("status"), cell: (one) => <Badge tone={one.status === "open" ? "amber" : "grey"}>{one.action ? d(`action.${one.action as Action}`) : d(`status.${one.status}`)}</Badge> },
            { title: d("when"), cell: (one) => <TimeAgo at={one.createdAt} /> },
          ]}
        />
        {open && <ReportDialog report={open} name={name} onClose={() => setOpen(null)} onDone={() => (setOpen(null), list.reload())} />}
      </Card>
      <Loaded part={restrictions} lines={3} show={({ Restrictions }) => <Restrictions />} />
    </>
  );
}

function ReportDialog({ report, name, onClose, onDone }: { report: Report; name: (id: string | null) => string; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const d = useDeskText();
  const reason = useReason();
  const actions = ACTIONS.filter((one) => (one !== "remove_message" || report.messageId) && ((one !== "warn" && one !== "restrict") || report.userId));
  const [action, setAction] = useState<Action>("dismiss");
  const [note, setNote] = useState("");
  const decide = async () => {
    await rest.send("patch", `${PATH}/${report.id}`, { body: { action, note: note.trim(), expectedVersion: report.version }, key: crypto.randomUUID() });
    onDone();
  };
  const facts: [string, ReactNode][] = [
    [d("about"), name(report.userId)],
    [d("reporter"), name(report.reporterId)],
    [d("note"), report.note],
    [d("conversation"), report.conversationId && <Link to={`/chat/${report.conversationId}`}>{d("open")}</Link>],
    [d("decision"), report.action && d(`action.${report.action as Action}`)],
    [d("why"), report.decisionNote],
  ];
  return (
    <Dialog
      title={reason(report.reason)}
      onClose={onClose}
      actions={report.status === "open" && <><Button onClick={onClose}>{t("back")}</Button><ActionButton kind={action === "dismiss" ? "primary" : "danger"} disabled={!note.trim()} action={decide} done={d("decided")}>{d(`action.${action}`)}</ActionButton></>}
    >
      <dl className="facts">{facts.filter(([, value]) => value).map(([title, value]) => <div key={title}><dt>{title}</dt><dd>{value}</dd></div>)}</dl>
      {report.status === "open" && (
        <>
          <Select label={d("decision")} value={action} onChange={(event) => setAction(event.currentTarget.value as Action)} options={actions.map((one) => [one, d(`action.${one}`)] as const)} />
          <Field label={d("why")} value={note} maxLength={500} onChange={(event) => setNote(event.currentTarget.value)} />
        </>
      )}
    </Dialog>
  );
}
