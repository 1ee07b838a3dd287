// A new endpoint, and its secret, which is shown once.
import { MetaiaError } from "@metaia/client";
import type { Webhooks } from "@metaia/client/webhooks";
import { useEffect, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { useToast } from "../../ui/toast.js";
import { useEndpointText } from "./text.js";

/** What the server has refused about a field. */
function refusal(error: unknown): Record<string, string> {
  if (!(error instanceof MetaiaError)) throw error;
  const details = error.details as Record<string, string[]> | undefined;
  const found = Object.entries(details ?? {}).map(([field, texts]) => [field.split(".")[0], [texts].flat().join(" ")]);
  if (!found.length) throw error;
  return Object.fromEntries(found);
}

export function CreateDialog({ client, onClose, onDone }: { client: Webhooks; onClose: () => void; onDone: (secret: string) => void }): ReactNode {
  const { t } = useText();
  const w = useEndpointText();
  const { busy, run } = useAction();
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState("order.*");
  const [description, setDescription] = useState("");
  const [ordering, setOrdering] = useState<"subject" | "none">("subject");
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [types, setTypes] = useState<string[]>([]);
  useEffect(() => void client.eventTypes().then((found) => setTypes(found.map((one) => one.type)), () => undefined), [client]);
  const create = () => run(async () => {
    setWrong({});
    try {
      const patterns = events.split(/[\s,]+/).filter(Boolean);
      onDone((await client.create({ url: url.trim(), events: patterns, ordering, ...(description.trim() && { description: description.trim() }) })).secret);
    } catch (error) {
      setWrong(refusal(error));
    }
  });
  return (
    <Dialog title={w("new")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="primary" busy={busy} disabled={!url.trim() || !events.trim()} onClick={() => void create()}>{w("create")}</Button></>}>
      <Field label={w("url")} type="url" inputMode="url" placeholder="https://example.com/webhooks" maxLength={2000} value={url} error={wrong.url} onChange={(event) => setUrl(event.currentTarget.value)} />
      <Field label={w("events")} hint={w("events.hint")} maxLength={2000} value={events} error={wrong.events} onChange={(event) => setEvents(event.currentTarget.value)} />
      {types.length > 0 && <details><summary>{w("types")}</summary><p className="mono small breaks">{types.join(" ")}</p></details>}
      <Field label={w("description")} maxLength={200} value={description} error={wrong.description} onChange={(event) => setDescription(event.currentTarget.value)} />
      <Select label={w("ordering")} value={ordering} onChange={(event) => setOrdering(event.currentTarget.value as "subject")} options={[["subject", w("ordering.subject")], ["none", w("ordering.none")]]} />
    </Dialog>
  );
}

export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }): ReactNode {
  const { t } = useText();
  const w = useEndpointText();
  const toast = useToast();
  const copy = () => void navigator.clipboard?.writeText(secret).then(() => toast(w("copied")), () => undefined);
  return (
    <Dialog title={w("secret")} onClose={onClose} actions={<><Button onClick={copy}>{w("copy")}</Button><Button kind="primary" onClick={onClose}>{t("close")}</Button></>}>
      <p>{w("secret.text")}</p>
      <p className="mono breaks">{secret}</p>
    </Dialog>
  );
}
