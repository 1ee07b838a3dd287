// One's own files: upload, use of the quota, list.
import type { Filter, Media, MediaFolder, Usage } from "@metaia/client/media";
import { useMediaFiles } from "@metaia/client/media/react";
import { useUser } from "@metaia/client/react";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Select } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { FileCard } from "./card.js";
import { DeleteDialog, RenameDialog } from "./dialogs.js";
import { useFiles } from "./list.js";
import { Recorder } from "./recorder.js";
import { useFileText, type FileKey } from "./text.js";
import { DropZone, Uploading, wanted, type Wanted } from "./uploading.js";

const ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx,.txt,.csv,.ogg,.webm,.m4a,.mp3,.wav,.amr";
const FILTERS: [name: string, filter: Filter][] = [["all", {}], ["image", { kind: "image" }], ["menu", { folder: "menu" }], ["document", { kind: "document" }], ["voice", { kind: "voice" }]];

export function FilesPage(): ReactNode {
  const { f } = useFileText();
  const partner = useUser()?.role !== "customer";
  const folders: MediaFolder[] = partner ? ["menu", "banner", "general"] : ["general"];
  const [folder, setFolder] = useState<MediaFolder>(folders[0]!);
  const [shown, setShown] = useState("all");
  const [uploads, setUploads] = useState<Wanted[]>([]);
  const [usage, refresh] = useUsage();
  const list = useFiles(FILTERS.find(([name]) => name === shown)![1]);
  const end = (key: number) => setUploads((before) => before.filter((one) => one.key !== key));
  const done = (key: number) => (media: Media) => (end(key), list.add(media), refresh());
  const begin = (files: File[]) => setUploads((before) => [...before, ...wanted(files, folder)]);
  return (
    <>
      <Card title={f("upload")} tools={usage && <UsageBar usage={usage} />}>
        <DropZone accept={ACCEPT} onFiles={begin}>
          {folders.length > 1 && <Select label={f("folder")} value={folder} onChange={(event) => setFolder(event.currentTarget.value as MediaFolder)} options={folders.map((one) => [one, f(`folder.${one}` as FileKey)] as const)} />}
          <Recorder onRecorded={(file) => begin([file])} />
        </DropZone>
        <p className="muted small">{f("limits")}</p>
        {uploads.length > 0 && <ul className="uploads">{uploads.map((one) => <Uploading key={one.key} given={one} onDone={done(one.key)} onClose={() => end(one.key)} />)}</ul>}
      </Card>
      <Card title={f("files")}>
        <div className="chips" role="group" aria-label={f("files")}>
          {FILTERS.filter(([name]) => partner || name !== "menu").map(([name]) => (
            <button key={name} type="button" className="chip" aria-pressed={shown === name} onClick={() => setShown(name)}>{f(`filter.${name}` as FileKey)}</button>
          ))}
        </div>
        <Grid list={list} none={f("none")} onChanged={refresh} />
      </Card>
    </>
  );
}

/** The files of a list as cards, with dialogs; `more` adds actions to a card. */
export function Grid({ list, none, onChanged, more }: {
  list: ReturnType<typeof useFiles>;
  none: string;
  onChanged: () => void;
  more?: (media: Media) => ReactNode;
}): ReactNode {
  const { t } = useText();
  const { f, problem } = useFileText();
  const own = useUser()?.id;
  const [asked, setAsked] = useState<{ media: Media; what: "rename" | "delete" } | null>(null);
  const close = () => setAsked(null);
  const place = useRef<HTMLUListElement>(null);
  // The button that had the focus is deleted with its card.
  const afterDelete = () => (close(), onChanged(), requestAnimationFrame(() => place.current?.focus()));
  if (list.error && !list.rows) return <Empty title={problem(list.error)}><Button onClick={list.reload}>{t("list.again")}</Button></Empty>;
  if (!list.rows) return <Skeleton lines={6} />;
  return (
    <>
      {list.rows.length === 0 && <Empty title={none} />}
      <ul className="files" aria-busy={list.busy} aria-label={f("files")} tabIndex={-1} ref={place}>
        {list.rows.map((media) => (
          <FileCard
            key={media.id}
            media={media}
            actions={
              <>
                {own === media.ownerId && media.status === "ready" && <Button kind="quiet" onClick={() => setAsked({ media, what: "rename" })}>{f("rename")}</Button>}
                {more?.(media)}
                {media.allowedActions.includes("delete") && <Button kind="danger" onClick={() => setAsked({ media, what: "delete" })}>{f("delete")}</Button>}
              </>
            }
          />
        ))}
      </ul>
      {list.hasMore && <div className="list-more"><Button busy={list.busy} onClick={list.more}>{t("list.more")}</Button></div>}
      {asked?.what === "rename" && <RenameDialog media={asked.media} onClose={close} />}
      {asked?.what === "delete" && <DeleteDialog media={asked.media} onClose={close} onDeleted={afterDelete} />}
    </>
  );
}

function useUsage(): [Usage | undefined, () => void] {
  const files = useMediaFiles();
  const [usage, setUsage] = useState<Usage>();
  const refresh = useCallback(() => void files.usage().then(setUsage, () => undefined), [files]);
  useEffect(refresh, [refresh]);
  return [usage, refresh];
}

/** How much of the quota is used, in words and as a bar. */
export function UsageBar({ usage }: { usage: Usage }): ReactNode {
  const { f, bytes } = useFileText();
  const text = f("usage", { used: bytes(usage.bytes), limit: bytes(usage.limit), files: usage.files });
  return (
    <span className="usage">
      <meter min={0} max={usage.limit || 1} value={usage.bytes} high={usage.limit * 0.9} aria-label={text} />
      <span>{text}</span>
    </span>
  );
}
