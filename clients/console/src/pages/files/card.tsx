// One file in a list: what it is, its state in words, and what its viewer may do.
import type { Media } from "@metaia/client/media";
import { useMediaFiles } from "@metaia/client/media/react";
import { useUser } from "@metaia/client/react";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { Badge } from "../../ui/badge.js";
import { Button } from "../../ui/button.js";
import { clock, TimeAgo } from "../../ui/format.js";
import { Icon } from "../../ui/icon.js";
import { useToast } from "../../ui/toast.js";
import { Picture } from "./picture.js";
import { Voice } from "./recorder.js";
import { useFileText, type FileKey } from "./text.js";

const TONES: Record<string, string> = { pending: "amber", processing: "blue", ready: "green", rejected: "red", hidden: "violet", deleted: "grey" };
const WIDTH = 320; // pixels of a card's picture

export function FileCard({ media, actions }: { media: Media; actions: ReactNode }): ReactNode {
  const { t } = useText();
  const { f, why, bytes } = useFileText();
  const own = useUser()?.id === media.ownerId;
  const [opened, setOpened] = useState(false);
  const open = own || opened || media.visibility === "public"; // staff's look at a private file is in the audit log
  const facts = [
    media.size !== null && bytes(media.size),
    media.width !== null && `${media.width} × ${media.height}`,
    media.duration !== null && clock(Math.round(media.duration)),
    f(`visibility.${media.visibility}` as FileKey),
  ];
  return (
    <li className="file">
      {media.kind === "image" && open ? <Picture media={media} width={WIDTH} /> : <span className="picture"><Icon name={media.kind} /></span>}
      <div className="file-text">
        <strong className="file-name" title={media.filename}>{media.filename}</strong>
        <p><Badge tone={TONES[media.status] ?? "grey"}>{f(`state.${media.status}` as FileKey)}</Badge> <small className="muted">{facts.filter(Boolean).join(" · ")}</small></p>
        {media.reason && <p className="error small">{why(media.reason)}</p>}
        {media.expiresAt && <p className="muted small">{f("expires")} <TimeAgo at={media.expiresAt} /></p>}
        {media.attachedTo.length > 0 && <p className="muted small">{f("attached", { count: media.attachedTo.length })}</p>}
        {media.kind === "voice" && open && media.status === "ready" && <Voice media={media} />}
        <div className="actions" role="group" aria-label={`${t("actions")}: ${media.filename}`}>
          {!open && media.status === "ready" && media.kind !== "document" && <Button onClick={() => setOpened(true)}>{f("open")}</Button>}
          {media.status === "ready" && <Download media={media} />}
          {actions}
        </div>
      </div>
    </li>
  );
}

/** Fetches the address on the click: private ones end, and for staff each is in the audit log. */
function Download({ media }: { media: Media }): ReactNode {
  const files = useMediaFiles();
  const { f, problem } = useFileText();
  const show = useToast();
  const open = async () => {
    try {
      const link = document.createElement("a");
      link.href = await files.address(media.id, { download: true });
      link.click();
    } catch (error) {
      show(problem(error), "error");
    }
  };
  return <Button kind="quiet" onClick={() => void open()}>{f("download")}</Button>;
}
