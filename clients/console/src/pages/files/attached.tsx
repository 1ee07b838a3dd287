// Pictures of an item of an order, a shop or a product: chosen before it is saved, shown afterwards.
import type { MediaFolder } from "@metaia/client/media";
import { useMedia, useMediaFiles } from "@metaia/client/media/react";
import { useId, useState, type ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { useToast } from "../../ui/toast.js";
import { Picture } from "./picture.js";
import { useFileText } from "./text.js";
import { Uploading, wanted, type Wanted } from "./uploading.js";

const WIDTH = 320; // pixels

function Thumbnail({ id, onRemove }: { id: string; onRemove?: (() => void) | undefined }): ReactNode {
  const media = useMedia(id);
  const files = useMediaFiles();
  const show = useToast();
  const { f, problem } = useFileText();
  if (!media) return <li className="thumbnail" />;
  const open = async () => {
    try {
      const link = document.createElement("a");
      link.href = await files.address(id);
      link.target = "_blank";
      link.rel = "noreferrer";
      link.click();
    } catch (error) {
      show(problem(error), "error");
    }
  };
  const name = media.alt ?? media.filename;
  return (
    <li className="thumbnail">
      <button type="button" aria-label={f("picture.open", { name })} onClick={() => void open()}><Picture media={media} width={WIDTH} /></button>
      {onRemove && <Button kind="quiet" aria-label={f("picture.remove", { name })} onClick={onRemove}><Icon name="close" /></Button>}
    </li>
  );
}

export function Pictures({ ids }: { ids: readonly string[] }): ReactNode {
  return <ul className="thumbnails">{ids.map((id) => <Thumbnail key={id} id={id} />)}</ul>;
}

/**
 * Uploads pictures for an item, at most `most`. In the folder `general` they are private: only the parties of the order
 * see them. With `label` they are a group of this name.
 */
export function ItemPictures({ ids, folder = "general", most = Infinity, label, onChange }: {
  ids: readonly string[];
  folder?: MediaFolder;
  most?: number;
  label?: string;
  onChange: (ids: string[]) => void;
}): ReactNode {
  const { f } = useFileText();
  const input = useId();
  const [uploads, setUploads] = useState<Wanted[]>([]);
  const end = (key: number) => setUploads((before) => before.filter((one) => one.key !== key));
  return (
    <div className="item-pictures" role={label && "group"} aria-label={label}>
      {label && <strong className="block small">{label}</strong>}
      {ids.length > 0 && <ul className="thumbnails">{ids.map((id) => <Thumbnail key={id} id={id} onRemove={() => onChange(ids.filter((one) => one !== id))} />)}</ul>}
      {uploads.length > 0 && (
        <ul className="uploads">
          {uploads.map((one) => <Uploading key={one.key} given={one} onDone={({ id }) => (end(one.key), onChange([...ids, id]))} onClose={() => end(one.key)} />)}
        </ul>
      )}
      {ids.length + uploads.length < most && <span className="pick">
        <input
          id={input}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          className="visually-hidden"
          onChange={(event) => {
            const chosen = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = "";
            setUploads((before) => [...before, ...wanted(chosen, folder).slice(0, most - ids.length - before.length)]);
          }}
        />
        <label className="button" htmlFor={input}><Icon name="image" /> {f("picture.add")}</label>
      </span>}
    </div>
  );
}
