// The endpoints of all users, for admins.
import type { WebhookEndpoint } from "@metaia/client/webhooks";
import { useMetaia } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { State, useEndpointText, type EndpointKey } from "./text.js";

const PATH = "/api/admin/webhook-endpoints";

export function AllEndpoints(): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const w = useEndpointText();
  const [rows, setRows] = useState<WebhookEndpoint[] | null>();
  const [next, setNext] = useState<string | null>(null);
  const [open, setOpen] = useState<WebhookEndpoint | null>(null);
  const [reason, setReason] = useState("");
  const load = async (cursor?: string) => {
    try {
      const { data, meta } = await rest.send("get", PATH, { query: cursor ? { cursor } : {} });
      setRows((before) => [...(cursor ? before ?? [] : []), ...data.endpoints]);
      setNext(meta.nextCursor ?? null);
    } catch {
      setRows((before) => before ?? null);
    }
  };
  useEffect(() => void load(), [rest]);
  const disable = async () => {
    await rest.send("post", `${PATH}/${open!.id}/disable`, { body: { reason: reason.trim() } });
    setOpen(null);
    setReason("");
    await load();
  };
  return (
    <Card title={w("all")}>
      {rows === undefined ? <Skeleton lines={3} />
        : rows === null ? <Empty title={w("failed")}><Button onClick={() => void load()}>{t("list.again")}</Button></Empty>
        : rows.length === 0 ? <Empty title={w("none")} />
        : (
          <Table
            rows={rows}
            caption={w("all")}
            keyOf={(one) => one.id}
            name={(one) => `${one.url}, ${w(`state.${one.state}` as EndpointKey)}`}
            onOpen={setOpen}
            columns={[
              { title: w("url"), cell: (one) => <span className="mono breaks">{one.url}</span> },
              { title: w("owner"), cell: (one) => <span className="mono">{`…${one.ownerId.slice(-6)}`}</span> },
              { title: w("state"), cell: (one) => <State state={one.state} /> },
            ]}
          />
        )}
      {next && <div className="list-more"><Button onClick={() => void load(next)}>{t("list.more")}</Button></div>}
      {open && (
        <Dialog title={w("disable")} onClose={() => setOpen(null)} actions={<><Button onClick={() => setOpen(null)}>{t("back")}</Button>{open.state !== "disabled" && <ActionButton kind="danger" disabled={!reason.trim()} action={disable} done={w("disabled")}>{w("disable")}</ActionButton>}</>}>
          <p className="mono breaks">{open.url}</p>
          <p><State state={open.state} /> <small className="mono breaks">{open.events.join(" ")}</small></p>
          {open.state !== "disabled" && <Field label={w("reason")} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />}
        </Dialog>
      )}
    </Card>
  );
}
