// A picture with its placeholder, which is drawn from 25 bytes before anything has loaded.
import type { Media } from "@metaia/client/media";
import { useMediaUrl } from "@metaia/client/media/react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { thumbHashToRGBA } from "thumbhash";
import { Icon } from "../../ui/icon.js";

/** Draw a ThumbHash; a damaged one leaves the canvas empty. */
function draw(canvas: HTMLCanvasElement, placeholder: string): void {
  try {
    const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(placeholder), (letter) => letter.charCodeAt(0)));
    canvas.width = w;
    canvas.height = h;
    canvas.getContext("2d")!.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
  } catch {
    // an older server's placeholder
  }
}

export function Placeholder({ hash }: { hash: string | null }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (hash) draw(canvas.current!, hash);
  }, [hash]);
  return hash ? <canvas ref={canvas} className="placeholder" aria-hidden="true" /> : null;
}

/** A picture, `width` pixels wide at most. Without its address: what it stands for. */
export function Picture({ media, width }: { media: Media; width: number }): ReactNode {
  const url = useMediaUrl(media.status === "ready" ? media.id : null, { width });
  const [shown, setShown] = useState(false);
  return (
    <span className="picture">
      <Placeholder hash={media.status === "deleted" ? null : media.placeholder} />
      {url && <img src={url} alt={media.alt ?? media.filename} className={shown ? "shown" : ""} onLoad={() => setShown(true)} />}
      {!url && !media.placeholder && <Icon name={media.kind} />}
    </span>
  );
}
