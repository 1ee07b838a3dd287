import type { ButtonHTMLAttributes, ReactNode } from "react";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "normal" | "quiet" | "danger";
  busy?: boolean;
}

/** A button. While `busy` it cannot be pressed again. */
export function Button({ kind = "normal", busy = false, disabled, className = "", ...rest }: Props): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${kind} ${className}`}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
    />
  );
}
