// Files of messages: shown below a text, and uploaded before they are sent.
import { useMediaFiles, useMediaUrl } from "@metaia/client/media/react";
import { useEffect, useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { useFileText } from "./text.js";
import { Uploading, wanted, type Wanted } from "./uploading.js";

const WIDTH = 320; // pixels

interface Attachment {
  mediaId: string;
  kind: "image" | "document" | "voice";
  name: string;
  bytes: number | null;
  /** Null until the file is ready. */
  url: string | null;
}

export function MessageFiles({ attachments }: { attachments: readonly Attachment[] }): ReactNode {
  return <ul className="chat-files">{attachments.map((one) => <li key={one.mediaId}><MessageFile attachment={one} /></li>)}</ul>;
}

/** A picture, a recording, or the name of a document. Each look asks whether one may see it. */
function MessageFile({ attachment: { mediaId, kind, name, bytes, url } }: { attachment: Attachment }): ReactNode {
  const files = useMediaFiles();
  const { f, bytes: size } = useFileText();
  const shown = useMediaUrl(url && kind !== "document" ? mediaId : null, kind === "image" ? { width: WIDTH } : {});
  const open = async () => {
    const link = Object.assign(document.createElement("a"), { href: await files.address(mediaId), target: "_blank", rel: "noreferrer" });
    link.click();
  };
  if (!url) return <span className="muted"><Icon name={kind} /> {f("state.processing", { percent: 100 })}</span>;
  if (kind === "voice" && shown) return <audio controls preload="none" src={shown} aria-label={name} />;
  return (
    <ActionButton kind="quiet" className="chat-file" aria-label={f("picture.open", { name })} action={open}>
      {kind === "image" && shown ? <img src={shown} alt={name} /> : <><Icon name={kind} /> <span className="long">{name}</span> {bytes !== null && <small>{size(bytes)}</small>}</>}
    </ActionButton>
  );
}

/** Uploads what was picked for a message. All files are private: only the people of the conversation see them. */
export function MessageUploads({ picked, onChange, onBusy, onRemove }: {
  picked: readonly File[];
  /** Change the ids of what is attached. Several uploads may end between two drawings. */
  onChange: (change: (ids: string[]) => string[]) => void;
  /** How many are under way. */
  onBusy: (count: number) => void;
  /** A file is not wanted any more. */
  onRemove: (file: File) => void;
}): ReactNode {
  const { f } = useFileText();
  const [uploads, setUploads] = useState<(Wanted & { id?: string })[]>([]);
  useEffect(() => {
    const known = new Set(uploads.map(({ file }) => file));
    const added = wanted(picked.filter((file) => !known.has(file)), "general");
    if (added.length) setUploads((before) => [...before, ...added]);
  }, [picked]);
  const waiting = uploads.filter((one) => !one.id).length;
  useEffect(() => onBusy(waiting), [waiting]);
  const done = (key: number, id: string) => {
    setUploads((before) => before.map((one) => (one.key === key ? { ...one, id } : one)));
    onChange((ids) => [...ids, id]);
  };
  const remove = ({ key, file, id }: Wanted & { id?: string }) => {
    setUploads((before) => before.filter((one) => one.key !== key));
    if (id) onChange((ids) => ids.filter((one) => one !== id));
    onRemove(file);
  };
  return (
    <ul className="uploads">
      {uploads.map((one) => one.id ? (
        <li key={one.key} className="uploading done">
          <Icon name={one.kind} />
          <span className="grow"><strong>{one.file.name}</strong></span>
          <Button kind="quiet" aria-label={f("picture.remove", { name: one.file.name })} onClick={() => remove(one)}><Icon name="close" /></Button>
        </li>
      ) : <Uploading key={one.key} given={one} onDone={({ id }) => done(one.key, id)} onClose={() => remove(one)} />)}
    </ul>
  );
}
