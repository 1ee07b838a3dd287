// A user's files, for staff. Private ones have no address in the list: showing one is in the audit log.
import { MetaiaError } from "@metaia/client";
import type { Media, Usage } from "@metaia/client/media";
import { useMediaFiles } from "@metaia/client/media/react";
import { useMetaia, useUser } from "@metaia/client/react";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { ADMINS } from "../../app/roles.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { useToast } from "../../ui/toast.js";
import { useFiles } from "./list.js";
import { Grid, UsageBar } from "./own.js";
import { useFileText } from "./text.js";

const MEGABYTE = 1024 ** 2;

export function TheirFiles({ id }: { id: string }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { f } = useFileText();
  const admin = (ADMINS as readonly string[]).includes(useUser()?.role ?? "");
  const list = useFiles({ ownerId: id });
  const [usage, setUsage] = useState<Usage>();
  const [limits, setLimits] = useState(false);
  const [moderated, setModerated] = useState<Media | null>(null);
  const refresh = useCallback(() => void rest.send("get", `/api/admin/users/${id}/upload-limits`).then(({ data }) => setUsage(data.usage), () => undefined), [rest, id]);
  useEffect(refresh, [refresh]);
  return (
    <Card
      title={f("theirs")}
      tools={<>{usage && <UsageBar usage={usage} />}{admin && usage && <Button onClick={() => setLimits(true)}>{f("limit.change")}</Button>}<Link to={`/people/${id}`}>{t("back")}</Link></>}
    >
      <p className="muted small">{f("theirs.text")}</p>
      <Grid
        list={list}
        none={f("none")}
        onChanged={refresh}
        more={(media) => {
          const action = (["hide", "show"] as const).find((one) => media.allowedActions.includes(one));
          return action && <Button onClick={() => setModerated(media)}>{f(action)}</Button>;
        }}
      />
      {moderated && <ModerateDialog media={moderated} onClose={() => setModerated(null)} />}
      {limits && usage && <LimitDialog id={id} usage={usage} onClose={() => setLimits(false)} onDone={(next) => (setUsage(next), setLimits(false))} />}
    </Card>
  );
}

function ModerateDialog({ media, onClose }: { media: Media; onClose: () => void }): ReactNode {
  const files = useMediaFiles();
  const { rest } = useMetaia();
  const { t } = useText();
  const { f, problem } = useFileText();
  const show = useToast();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const action = media.status === "hidden" ? "show" : "hide";
  const send = async () => {
    setBusy(true);
    try {
      const { data } = await rest.send("patch", `/api/upload/${media.id}/${action}`, { body: { reason: reason.trim() || null, expectedVersion: media.version } });
      files.take(data.media);
      show(t("done"));
      onClose();
    } catch (error) {
      show(problem(error), "error");
      if (error instanceof MetaiaError && error.status === 409) void files.get(media.id).catch(() => undefined);
    }
    setBusy(false);
  };
  return (
    <Dialog title={f(action)} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind={action === "hide" ? "danger" : "primary"} busy={busy} onClick={() => void send()}>{f(action)}</Button></>}>
      <p><strong>{media.filename}</strong></p>
      <p>{f(action === "hide" ? "hide.text" : "show.text")}</p>
      <Field label={t("reason.optional")} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </Dialog>
  );
}

function LimitDialog({ id, usage, onClose, onDone }: { id: string; usage: Usage; onClose: () => void; onDone: (usage: Usage) => void }): ReactNode {
  const { rest } = useMetaia();
  const { t } = useText();
  const { f, problem } = useFileText();
  const show = useToast();
  const [megabytes, setMegabytes] = useState(String(Math.round(usage.limit / MEGABYTE)));
  const [count, setCount] = useState(String(usage.filesLimit));
  const [busy, setBusy] = useState(false);
  const wrong = (text: string) => (/^\d{0,9}$/.test(text.trim()) ? undefined : f("limit.wrong"));
  const valueOf = (text: string) => (text.trim() === "" ? null : Number(text));
  const send = async () => {
    setBusy(true);
    const limit = valueOf(megabytes);
    try {
      const body = { limit: limit === null ? null : limit * MEGABYTE, filesLimit: valueOf(count) };
      onDone((await rest.send("put", `/api/admin/users/${id}/upload-limits`, { body })).data.usage);
      show(t("done"));
    } catch (error) {
      show(problem(error), "error");
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={f("limit.change")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="primary" busy={busy} disabled={!!wrong(megabytes) || !!wrong(count)} onClick={() => void send()}>{f("save")}</Button></>}
    >
      <p className="muted">{f("limit.text")}</p>
      <Field label={f("limit.megabytes")} inputMode="numeric" value={megabytes} error={wrong(megabytes)} onChange={(event) => setMegabytes(event.currentTarget.value)} />
      <Field label={f("limit.files")} inputMode="numeric" value={count} error={wrong(count)} onChange={(event) => setCount(event.currentTarget.value)} />
    </Dialog>
  );
}
