import type { ReactNode } from "react";

/** Something that is on or off. */
export function Switch({ label, on, busy = false, onChange }: {
  label: string;
  on: boolean;
  busy?: boolean;
  onChange: (on: boolean) => void;
}): ReactNode {
  return (
    <button type="button" role="switch" className="toggle" aria-checked={on} aria-busy={busy || undefined} onClick={() => busy || onChange(!on)}>
      <i aria-hidden="true" /> {label}
    </button>
  );
}
