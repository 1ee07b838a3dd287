// Calls that were refused, and vendors of which none is accepted.
import type { Schemas } from "@metaia/client";
import { useMetaia } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { useAttempt } from "../../ui/toast.js";

type Found = { refusals: Schemas["RefusalOut"][]; alarms: Schemas["AlarmOut"][] };
const PAGE = 100; // of the latest 1,000

export function WebhookRefusals(): ReactNode {
  const { rest } = useMetaia();
  const { t, of, language } = useText();
  const attempt = useAttempt();
  const [found, setFound] = useState<Found | null>();
  const [most, setMost] = useState(PAGE);
  const load = useCallback(() => {
    void attempt(async () => setFound((await rest.send("get", "/api/admin/webhooks/refusals")).data)).then((went) => went || setFound((before) => before ?? null));
  }, [rest, attempt]);
  useEffect(load, [load]);
  const tools = (
    <>
      <Link className="button quiet" to="/webhooks">{t("nav.webhooks")}</Link>
      <Button kind="quiet" onClick={load}>{t("list.reload")}</Button>
    </>
  );
  return (
    <Card title={t("webhook.refusals")} tools={tools}>
      {found === null && <Empty title={t("list.failed")} />}
      {found === undefined && <Skeleton lines={6} />}
      {found?.alarms.map((one) => <p key={one.source} role="alert"><strong>{t("webhook.alarm", { source: one.source, count: one.refused })}</strong></p>)}
      {found?.refusals.length === 0 && <Empty title={t("webhook.no_refusals")} />}
      {found && found.refusals.length > 0 && (
        <Table
          rows={found.refusals.slice(0, most)}
          caption={t("webhook.refusals")}
          keyOf={(one) => `${one.at} ${one.source} ${one.address}`}
          columns={[
            { title: t("webhook.source"), cell: (one) => <strong>{one.source}</strong> },
            { title: t("webhook.why"), cell: (one) => of("refused", one.why) },
            { title: t("webhook.bytes"), right: true, cell: (one) => one.bytes.toLocaleString(language) },
            { title: t("audit.address"), cell: (one) => <span className="mono long">{one.address}</span> },
            { title: t("webhook.received"), cell: (one) => <TimeAgo at={one.at} /> },
          ]}
        />
      )}
      {found && found.refusals.length > most && <div className="list-more"><Button onClick={() => setMost(most + PAGE)}>{t("list.more")}</Button></div>}
    </Card>
  );
}
