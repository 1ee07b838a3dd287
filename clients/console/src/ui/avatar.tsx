import { useState, type ReactNode } from "react";
import { shownAt } from "../app/config.js";

/** A profile picture; until it has loaded, and without one: initials on a colour that is made from the name. */
export function Avatar({ name, src, size = "normal" }: { name: string; src?: string | null | undefined; size?: "small" | "normal" | "large" }): ReactNode {
  const [failed, setFailed] = useState<string>();
  const address = shownAt(src);
  const initials = name.split(/\s+/).slice(0, 2).map((part) => [...part][0] ?? "").join("").toUpperCase();
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 8;
  return (
    <span className={`avatar hue-${sum} ${size}`} aria-hidden="true">
      {initials}
      {address && address !== failed && <img src={address} alt="" onError={() => setFailed(address)} />}
    </span>
  );
}

/** A picture of a shop or a product, which its name beside it describes; nothing without one. */
export function Photo({ src, className = "photo" }: { src: string | null | undefined; className?: string }): ReactNode {
  const [failed, setFailed] = useState<string>();
  const address = shownAt(src);
  return address && address !== failed ? <img src={address} alt="" loading="lazy" className={className} onError={() => setFailed(address)} /> : null;
}
