// The bulk operations of all admins, live.
import type { Operation } from "@metaia/client/operations";
import { useEvent } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useRouter } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { StatusBadge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { merged, type OperationEvent } from "./page.js";
import { useOperationText } from "./text.js";

const STATES = ["queued", "running", "paused", "completed", "cancelled"];

export function OperationsPage(): ReactNode {
  const { t, of } = useText();
  const { go } = useRouter();
  const o = useOperationText();
  const { Choose, Filters, List, Progress, useList, useNameOf } = staff.views!; // its script has loaded before this one
  const [kind, setKind] = useState("");
  const [state, setState] = useState("");
  const list = useList<Operation>("/api/admin/operations", "operations", { kind, state });
  const name = useNameOf((list.rows ?? []).map((one) => one.actorId));
  useEvent("system:operation", (event: OperationEvent) => {
    const known = list.rows?.find((one) => one.id === event.operationId);
    if (known) list.replace(merged(known, event));
    else list.reload();
  });
  const title = (one: Operation) => `${o(`kind.${one.kind}`)}: ${o(`action.${one.action}` as "action.cancel")}`;
  return (
    <Card title={t("nav.operations")}>
      <p className="muted small">{o("how")}</p>
      <Filters>
        <Choose label={o("kind")} all={o("kind.all")} value={kind} onChange={setKind} options={(["orders", "users"] as const).map((one) => [one, o(`kind.${one}`)] as const)} />
        <Choose label={t("order.status")} all={o("state.all")} value={state} onChange={setState} options={STATES.map((one) => [one, of("status", one)] as const)} />
      </Filters>
      <List
        list={list}
        none={o(kind || state ? "no_match" : "none")}
        caption={t("nav.operations")}
        name={(one) => `${title(one)}, ${of("status", one.state)}`}
        onOpen={(one) => go(`/operations/${one.id}`)}
        columns={[
          { title: o("action"), cell: (one) => <strong>{title(one)}</strong> },
          { title: t("order.status"), cell: (one) => <StatusBadge status={one.state} /> },
          { title: o("progress"), cell: (one) => <Progress done={one.done + one.failed} total={one.total} label={title(one)} /> },
          { title: o("failed"), right: true, cell: (one) => one.failed },
          { title: o("author"), cell: (one) => name(one.actorId) },
          { title: t("order.changed"), cell: (one) => <TimeAgo at={one.updatedAt} /> },
        ]}
      />
    </Card>
  );
}
