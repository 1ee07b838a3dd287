// The deliveries of an endpoint, and the attempts of one of them.
import type { WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEndpointStats, Webhooks } from "@metaia/client/webhooks";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Empty } from "../../ui/card.js";
import { Select } from "../../ui/field.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { State, useEndpointText, type EndpointKey } from "./text.js";

const STATES = ["", "pending", "delivered", "failed", "cancelled"] as const;

export function Deliveries({ client, endpoint, onClose }: { client: Webhooks; endpoint: WebhookEndpoint; onClose: () => void }): ReactNode {
  const { t } = useText();
  const w = useEndpointText();
  const [rows, setRows] = useState<WebhookDelivery[] | null>();
  const [next, setNext] = useState<string | null>(null);
  const [state, setState] = useState("");
  const [stats, setStats] = useState<WebhookEndpointStats | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const asked = useRef(0);
  const load = async (cursor?: string) => {
    const mine = ++asked.current;
    try {
      const page = await client.deliveries(endpoint.id, { ...(state && { state: state as "failed" }), ...(cursor && { cursor }) });
      if (mine !== asked.current) return;
      setRows((before) => [...(cursor ? before ?? [] : []), ...page.deliveries]);
      setNext(page.nextCursor);
    } catch {
      if (mine === asked.current) setRows((before) => before ?? null);
    }
  };
  useEffect(() => void load(), [state]);
  useEffect(() => void client.stats(endpoint.id).then(setStats, () => undefined), []);
  if (open) return <OneDelivery client={client} id={open} onClose={() => (setOpen(null), void load())} />;
  return (
    <Dialog title={w("deliveries")} onClose={onClose} actions={<><Button onClick={() => void load()}>{w("reload")}</Button><Button onClick={onClose}>{t("close")}</Button></>}>
      <p className="mono small breaks">{endpoint.url}</p>
      {stats && <p className="small muted">{w("stats", { calls: stats.calls, rate: stats.successRate === null ? "–" : Math.round(stats.successRate * 100), p95: stats.p95 === null ? "–" : Math.round(stats.p95), queue: stats.queue })}</p>}
      <Select label={w("state")} value={state} onChange={(event) => setState(event.currentTarget.value)} options={STATES.map((one) => [one, one ? w(`state.${one}` as EndpointKey) : w("state.all")] as const)} />
      {rows === undefined ? <Skeleton lines={4} />
        : rows === null ? <Empty title={w("failed")}><Button onClick={() => void load()}>{t("list.again")}</Button></Empty>
        : rows.length === 0 ? <Empty title={w("deliveries.none")} />
        : (
          <Table
            rows={rows}
            caption={w("deliveries")}
            keyOf={(one) => one.id}
            name={(one) => `${one.type}, ${w(`state.${one.state}` as EndpointKey)}`}
            onOpen={(one) => setOpen(one.id)}
            columns={[
              { title: w("type"), cell: (one) => <span className="mono">{one.type}</span> },
              { title: w("state"), cell: (one) => <State state={one.state} /> },
              { title: w("status"), right: true, cell: (one) => one.status ?? "–" },
              { title: w("tries"), right: true, cell: (one) => one.tries },
              { title: w("at"), cell: (one) => <TimeAgo at={one.createdAt} /> },
            ]}
          />
        )}
      {next && <div className="list-more"><Button onClick={() => void load(next)}>{t("list.more")}</Button></div>}
    </Dialog>
  );
}

function OneDelivery({ client, id, onClose }: { client: Webhooks; id: string; onClose: () => void }): ReactNode {
  const { t } = useText();
  const w = useEndpointText();
  const [found, setFound] = useState<{ delivery: WebhookDelivery; attempts: WebhookAttempt[] } | null>();
  const load = () => client.delivery(id).then(setFound, () => setFound(null));
  useEffect(() => void load(), [id]);
  const delivery = found?.delivery;
  return (
    <Dialog title={delivery?.type ?? w("deliveries")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button>{delivery && <ActionButton kind="primary" action={() => client.retry(id).finally(load)} done={w("retried")}>{w("retry")}</ActionButton>}</>}>
      {found === undefined ? <Skeleton lines={4} /> : found === null ? <Empty title={w("failed")} /> : (
        <>
          <p><State state={found.delivery.state} /> {found.delivery.nextAt && <small className="muted">{w("next")} <TimeAgo at={found.delivery.nextAt} /></small>}</p>
          <p className="mono small breaks">webhook-id: {found.delivery.eventId}</p>
          {found.attempts.length === 0 ? <p className="muted">{w("attempts.none")}</p> : (
            <ol className="items">
              {found.attempts.map((one, n) => (
                <li key={n}>
                  <span className="grow">
                    <strong>{one.status ?? "–"}</strong> <small className="muted">{one.ms} ms · <TimeAgo at={one.at} /></small>
                    {one.error && <span className="block">{one.error}</span>}
                    {one.response && <code className="block small breaks">{one.response}</code>}
                  </span>
                </li>
              ))}
            </ol>
          )}
        </>
      )}
    </Dialog>
  );
}
