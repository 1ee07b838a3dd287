// Questions before a file is changed or deleted.
import { MetaiaError } from "@metaia/client";
import type { Change, Media } from "@metaia/client/media";
import { useMediaFiles } from "@metaia/client/media/react";
import { useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { useToast } from "../../ui/toast.js";
import { useFileText } from "./text.js";

interface Asked {
  media: Media;
  onClose: () => void;
}

export function RenameDialog({ media, onClose }: Asked): ReactNode {
  const files = useMediaFiles();
  const { t } = useText();
  const { f, problem } = useFileText();
  const show = useToast();
  const [filename, setFilename] = useState(media.filename);
  const [alt, setAlt] = useState(media.alt ?? "");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const change: Change = { filename: filename.trim(), expectedVersion: media.version, ...(media.kind === "image" ? { alt: alt.trim() || null } : {}) };
    try {
      await files.update(media.id, change);
      show(t("done"));
      onClose();
    } catch (failed) {
      setError(problem(failed));
      if (failed instanceof MetaiaError && failed.status === 409) void files.get(media.id).catch(() => undefined);
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={f("rename")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="primary" busy={busy} disabled={!filename.trim()} onClick={() => void save()}>{f("save")}</Button></>}
    >
      <Field label={f("name")} maxLength={200} value={filename} error={error || undefined} onChange={(event) => setFilename(event.currentTarget.value)} />
      {media.kind === "image" && <Field label={f("alt")} hint={f("alt.hint")} maxLength={500} value={alt} onChange={(event) => setAlt(event.currentTarget.value)} />}
    </Dialog>
  );
}

/** Deletes a file. If it is attached to something, the dialog lists that, and asks again. */
export function DeleteDialog({ media, onClose, onDeleted }: Asked & { onDeleted: () => void }): ReactNode {
  const files = useMediaFiles();
  const { t } = useText();
  const { f, problem } = useFileText();
  const show = useToast();
  const [uses, setUses] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await files.remove(media.id, { force: uses.length > 0 });
      show(f("deleted", { name: media.filename }));
      onDeleted();
    } catch (error) {
      if (error instanceof MetaiaError && error.code === "in_use") setUses(usesIn(error, media));
      else show(problem(error), "error");
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={f("delete")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="danger" busy={busy} onClick={() => void remove()}>{f(uses.length ? "delete.force" : "delete")}</Button></>}
    >
      <p><strong>{media.filename}</strong></p>
      <p role={uses.length ? "alert" : undefined}>{f(uses.length ? "delete.in_use" : "delete.text")}</p>
      {uses.length > 0 && <ul className="uses">{uses.map((one) => <li key={one}><Use subject={one} onOpen={onClose} /></li>)}</ul>}
    </Dialog>
  );
}

function usesIn({ details }: MetaiaError, media: Media): string[] {
  const now = (details["media"] as Media | undefined)?.attachedTo ?? (details["attachedTo"] as string[] | undefined) ?? media.attachedTo;
  return now.length ? now : ["?"];
}

/** What a file is attached to, by the subject's kind. */
function Use({ subject, onOpen }: { subject: string; onOpen: () => void }): ReactNode {
  const { f } = useFileText();
  const [, kind, id] = /^([a-z_]+)-(.+)$/.exec(subject) ?? [];
  if (kind === "order") return <span onClick={onOpen}><Link to={`/orders/${id}`}>{f("use.order")}</Link></span>;
  if (kind === "user") return <>{f("use.user")}</>;
  return <>{kind ?? subject}</>;
}
