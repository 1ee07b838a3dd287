// Addresses that get no messages, and why.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { TimeAgo } from "../../ui/format.js";
import { Choose, Filters, Search } from "./filters.js";
import { List, useList } from "./list.js";

type Suppression = Schemas["StaffSuppression"];
const REASONS = ["permanent_bounce", "temporary_bounce", "stop", "complaint", "unsubscribed"];

export function Suppressions(): ReactNode {
  const { t, of } = useText();
  const [address, setAddress] = useState("");
  const [channel, setChannel] = useState("");
  const [reason, setReason] = useState("");
  const [active, setActive] = useState("true");
  const [lifted, setLifted] = useState<Suppression | null>(null);
  const list = useList<Suppression>("/api/admin/suppressions", "suppressions", { address, channel, reason, active });
  return (
    <Card title={t("nav.suppressions")}>
      <Filters>
        <Search label={t("suppression.address")} value={address} onChange={setAddress} />
        <Choose label={t("channel")} all={t("filter.all_channels")} value={channel} onChange={setChannel} options={["email", "sms", "push"].map((one) => [one, of("channel", one)] as const)} />
        <Choose label={t("reason")} all={t("filter.all_reasons")} value={reason} onChange={setReason} options={REASONS.map((one) => [one, of("suppression", one)] as const)} />
        <Choose label={t("order.status")} all={t("filter.all_statuses")} value={active} onChange={setActive} options={[["true", t("suppression.active")], ["false", t("suppression.ended")]]} />
      </Filters>
      <List
        list={list}
        none={t("suppression.none")}
        caption={t("nav.suppressions")}
        columns={[
          { title: t("suppression.address"), cell: (one) => <span className="mono">{one.address}</span> },
          { title: t("channel"), cell: (one) => of("channel", one.channel) },
          { title: t("reason"), cell: (one) => <>{of("suppression", one.reason)}{one.category && <small className="muted"> {one.category}</small>}</> },
          { title: t("order.status"), cell: (one) => <Badge tone={one.active ? "amber" : "grey"}>{t(one.active ? "suppression.active" : "suppression.ended")}</Badge> },
          { title: t("audit.at"), cell: (one) => <TimeAgo at={one.at} /> },
          { title: t("actions"), cell: (one) => one.active && one.reason !== "stop" ? <Button onClick={() => setLifted(one)}>{t("suppression.lift")}</Button> : "–" },
        ]}
      />
      {lifted && (
        <LiftDialog
          suppression={lifted}
          onClose={() => setLifted(null)}
          onDone={() => {
            setLifted(null);
            list.reload();
          }}
        />
      )}
    </Card>
  );
}

function LiftDialog({ suppression, onClose, onDone }: { suppression: Suppression; onClose: () => void; onDone: () => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const [reason, setReason] = useState("");
  const lift = async () => {
    await rest.send("post", `/api/admin/suppressions/${suppression.id}/lift`, { body: { reason } });
    onDone();
  };
  return (
    <Dialog
      title={`${t("suppression.lift")} · ${suppression.address}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          <ActionButton kind="primary" disabled={!reason.trim()} action={lift} done={t("done")}>{t("suppression.lift")}</ActionButton>
        </>
      }
    >
      <p className="muted">{t("suppression.lift.text")}</p>
      {suppression.detail && <pre className="code">{suppression.detail}</pre>}
      <Field label={t("reason")} maxLength={200} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </Dialog>
  );
}
