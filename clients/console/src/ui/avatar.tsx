import type { ReactNode } from "react";

/** Initials on a colour that is made from the name. */
export function Avatar({ name, size = "normal" }: { name: string; size?: "small" | "normal" | "large" }): ReactNode {
  const initials = name.split(/\s+/).slice(0, 2).map((part) => [...part][0] ?? "").join("").toUpperCase();
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 8;
  return <span className={`avatar hue-${sum} ${size}`} aria-hidden="true">{initials}</span>;
}
