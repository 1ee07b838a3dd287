// The inbox of vendors' webhooks: what waits, what failed, and another try.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { StatusBadge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { TimeAgo } from "../../ui/format.js";
import { Choose, Filters, Search } from "./filters.js";
import { List, useList } from "./list.js";

type Webhook = Schemas["WebhookOut"];
const STATES = ["waiting", "digested", "quarantined"];

export function Webhooks(): ReactNode {
  const { t, of } = useText();
  const [state, setState] = useState("");
  const [source, setSource] = useState("");
  const [open, setOpen] = useState<Webhook | null>(null);
  const list = useList<Webhook>("/api/admin/webhooks", "webhooks", { state, source });
  return (
    <Card title={t("nav.webhooks")} tools={<Button kind="quiet" onClick={list.reload}>{t("list.reload")}</Button>}>
      <Filters>
        <Search label={t("webhook.source")} value={source} onChange={setSource} max={50} />
        <Choose label={t("order.status")} all={t("filter.all_statuses")} value={state} onChange={setState} options={STATES.map((one) => [one, of("status", one)] as const)} />
      </Filters>
      <List
        list={list}
        none={t("webhook.none")}
        caption={t("nav.webhooks")}
        name={(one) => `${one.source}, ${of("status", one.state)}`}
        onOpen={setOpen}
        columns={[
          { title: t("webhook.source"), cell: (one) => <strong>{one.source}</strong> },
          { title: t("order.status"), cell: (one) => <StatusBadge status={one.state} /> },
          { title: t("webhook.tries"), right: true, cell: (one) => one.tries },
          { title: t("webhook.error"), cell: (one) => <span className="clip">{one.error ?? "–"}</span> },
          { title: t("webhook.received"), cell: (one) => <TimeAgo at={one.receivedAt} /> },
        ]}
      />
      {open && (
        <WebhookDialog
          webhook={open}
          onClose={() => setOpen(null)}
          onChanged={(changed) => {
            list.replace(changed);
            setOpen(null);
          }}
        />
      )}
    </Card>
  );
}

function WebhookDialog({ webhook, onClose, onChanged }: { webhook: Webhook; onClose: () => void; onChanged: (changed: Webhook) => void }): ReactNode {
  const { rest } = useMetaia();
  const { t, language } = useText();
  const retry = async () => onChanged((await rest.send("post", `/api/admin/webhooks/${webhook.id}/retry`)).data.webhook);
  return (
    <Dialog title={webhook.source} onClose={onClose} actions={webhook.state === "quarantined" && <ActionButton kind="primary" action={retry} done={t("done")}>{t("webhook.retry")}</ActionButton>}>
      <dl className="facts">
        <dt>{t("order.status")}</dt><dd><StatusBadge status={webhook.state} /></dd>
        <dt>{t("webhook.received")}</dt><dd>{new Date(webhook.receivedAt).toLocaleString(language)}</dd>
        {webhook.digestedAt && <><dt>{t("webhook.digested")}</dt><dd>{new Date(webhook.digestedAt).toLocaleString(language)}</dd></>}
        <dt>{t("webhook.tries")}</dt><dd>{webhook.tries}</dd>
        <dt>{t("webhook.bytes")}</dt><dd>{webhook.bytes.toLocaleString(language)}</dd>
        <dt>{t("id")}</dt><dd className="mono">{webhook.id}</dd>
      </dl>
      {webhook.error && <pre className="code">{webhook.error}</pre>}
    </Dialog>
  );
}
