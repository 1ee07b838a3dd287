// Uploads under way: chosen, dropped or recorded, each with its progress.
import type { MediaFolder, MediaKind, Media } from "@metaia/client/media";
import { useUpload } from "@metaia/client/media/react";
import { useEffect, useId, useRef, useState, type DragEvent, type ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { useFileText } from "./text.js";

export interface Wanted {
  key: number;
  file: File;
  kind: MediaKind;
  folder: MediaFolder;
}

let last = 0;

/** Return the kind under which a file is sent; the server decides by its content. */
export function kindOf({ type, name }: { type: string; name: string }): MediaKind {
  if (type.startsWith("image/") || /\.(heic|heif|avif)$/i.test(name)) return "image";
  return type.startsWith("audio/") || /\.(amr|m4a|ogg|opus)$/i.test(name) ? "voice" : "document";
}

/** Return uploads of files; pictures go into `folder`, all others are private. */
export function wanted(files: Iterable<File>, folder: MediaFolder): Wanted[] {
  return Array.from(files, (file) => {
    const kind = kindOf(file);
    return { key: ++last, file, kind, folder: kind === "image" ? folder : "general" };
  });
}

/** One upload. It goes on while the page is shown; a refusal stays until it is closed. */
export function Uploading({ given, onDone, onClose }: { given: Wanted; onDone: (media: Media) => void; onClose: () => void }): ReactNode {
  const { f, problem } = useFileText();
  const { state, progress, error, upload, retry, cancel } = useUpload();
  const done = useRef(onDone); // that of the last drawing: other uploads may have ended since
  done.current = onDone;
  const send = async (how: () => Promise<Media | null>) => {
    const media = await how();
    if (media) done.current(media);
  };
  useEffect(() => void send(() => upload(given.file, { kind: given.kind, folder: given.folder })), []);
  const stop = () => {
    cancel();
    onClose();
  };
  const sending = (state === "sending" && progress < 1) || state === "idle"; // then the server checks the file
  const transient = error && (error.status === 0 || error.status >= 500);
  return (
    <li className={`uploading ${state}`}>
      <Icon name={given.kind} />
      <span className="grow">
        <strong>{given.file.name}</strong>
        {state === "rejected" ? (
          <small role="alert" className="error">{problem(error)}</small>
        ) : (
          <small role="status">{f(sending ? "state.sending" : "state.processing", { percent: Math.round(progress * 100) })}</small>
        )}
        {state !== "rejected" && <progress max={1} value={sending ? progress : undefined} aria-label={given.file.name} />}
      </span>
      {transient && <Button onClick={() => void send(retry)}>{f("again")}</Button>}
      <Button kind="quiet" aria-label={f(state === "rejected" ? "close" : "cancel", { name: given.file.name })} onClick={stop}><Icon name="close" /></Button>
    </li>
  );
}

/** Where files are dropped or chosen. The button is an input, so that keyboards and screen readers reach it. */
export function DropZone({ accept, onFiles, children }: { accept: string; onFiles: (files: File[]) => void; children?: ReactNode }): ReactNode {
  const { f } = useFileText();
  const id = useId();
  const [over, setOver] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(0);
    const files = [...event.dataTransfer.files];
    if (files.length) onFiles(files);
  };
  return (
    <div
      className={over > 0 ? "drop over" : "drop"}
      onDragEnter={() => setOver((n) => n + 1)}
      onDragLeave={() => setOver((n) => Math.max(0, n - 1))}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      <input
        ref={input}
        id={id}
        type="file"
        multiple
        accept={accept}
        className="visually-hidden"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = ""; // the same file may be chosen again
          if (files.length) onFiles(files);
        }}
      />
      <label className="button primary" htmlFor={id}><Icon name="plus" /> {f("choose")}</label>
      <span className="muted">{f("drop")}</span>
      {children}
    </div>
  );
}
