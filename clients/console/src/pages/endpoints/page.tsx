// The own endpoints of outgoing webhooks; for admins also those of all users.
import type { Webhooks, WebhookEndpoint } from "@metaia/client/webhooks";
import { webhooksOf } from "@metaia/client/webhooks";
import { useMetaia, useUser } from "@metaia/client/react";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { ADMINS } from "../../app/roles.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { TimeAgo } from "../../ui/format.js";
import { Skeleton } from "../../ui/skeleton.js";
import { useToast } from "../../ui/toast.js";
import { AllEndpoints } from "./all.js";
import { CreateDialog, SecretDialog } from "./create.js";
import { Deliveries } from "./deliveries.js";
import { State, useEndpointText, type EndpointKey } from "./text.js";

export function EndpointsPage(): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const w = useEndpointText();
  const client = useMemo(() => webhooksOf({ rest }), [rest]);
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const [endpoints, setEndpoints] = useState<WebhookEndpoint[] | null>();
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState("");
  const [open, setOpen] = useState<WebhookEndpoint | null>(null);
  const load = () => client.list().then(setEndpoints, () => setEndpoints((before) => before ?? null));
  useEffect(() => void load(), [client]);
  return (
    <>
      <Card title={w("endpoints")} tools={<Button kind="primary" onClick={() => setCreating(true)}>{w("new")}</Button>}>
        <p className="muted small">{w("text")}</p>
        {endpoints === undefined ? <Skeleton lines={3} />
          : endpoints === null ? <Empty title={w("failed")}><Button onClick={() => void load()}>{t("list.again")}</Button></Empty>
          : endpoints.length === 0 ? <Empty title={w("none")} />
          : <ul className="items">{endpoints.map((one) => <Endpoint key={one.id} client={client} endpoint={one} onDone={load} onSecret={setSecret} onOpen={() => setOpen(one)} />)}</ul>}
      </Card>
      {admin && <AllEndpoints />}
      {open && <Deliveries client={client} endpoint={open} onClose={() => setOpen(null)} />}
      {creating && <CreateDialog client={client} onClose={() => setCreating(false)} onDone={(found) => (setCreating(false), setSecret(found), void load())} />}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret("")} />}
    </>
  );
}

function Endpoint({ client, endpoint, onDone, onSecret, onOpen }: {
  client: Webhooks;
  endpoint: WebhookEndpoint;
  onDone: () => Promise<void>;
  onSecret: (secret: string) => void;
  onOpen: () => void;
}): ReactNode {
  const w = useEndpointText();
  const toast = useToast();
  const { id, url, description, events, state, failingSince, pausedAt, pausedBecause, previousUntil } = endpoint;
  const then = (action: () => Promise<unknown>) => () => action().finally(onDone);
  const call = async (send: () => Promise<{ status: number | null; ms: number; error: string | null } | null>) => {
    const result = await send();
    if (result) toast(result.error ? w("call.failed", { error: result.error, ms: result.ms }) : w("call.done", { status: result.status ?? "", ms: result.ms }), result.error ? "error" : "info");
  };
  return (
    <li>
      <span className="grow">
        <strong className="breaks">{url}</strong> <State state={state} />
        {description && <span className="block">{description}</span>}
        <small className="muted block mono breaks">{events.join(" ")}</small>
        {failingSince && <small className="block">{w("failing")} <TimeAgo at={failingSince} /></small>}
        {pausedAt && <small className="block">{w(`because.${pausedBecause ?? "owner"}` as EndpointKey)} <TimeAgo at={pausedAt} /></small>}
        {previousUntil && <small className="block">{w("previous")} <TimeAgo at={previousUntil} /></small>}
        <span className="actions">
          <Button onClick={onOpen}>{w("deliveries")}</Button>
          {state === "unverified" && <ActionButton kind="primary" action={then(() => call(async () => (await client.verify(id)).call))}>{w("verify")}</ActionButton>}
          {state === "active" && <ActionButton action={() => call(() => client.test(id))}>{w("test")}</ActionButton>}
          {state === "disabled"
            ? <ActionButton kind="primary" action={then(() => client.change(endpoint, { active: true }))}>{w("resume")}</ActionButton>
            : <ActionButton action={then(() => client.change(endpoint, { active: false }))}>{w("stop")}</ActionButton>}
          <ActionButton action={then(async () => onSecret((await client.rotateSecret(id)).secret))}>{w("rotate")}</ActionButton>
          <ActionButton kind="danger" action={then(() => client.delete(id))} done={w("deleted")}>{w("delete")}</ActionButton>
        </span>
      </span>
    </li>
  );
}
