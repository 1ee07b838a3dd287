// An action that runs once at a time: busy while it runs, its error as a short message, a second press does nothing.
import { MetaiaError } from "@metaia/client";
import { useCallback, useRef, useState, type ComponentProps, type ReactNode } from "react";
import { Button } from "./button.js";
import { useAttempt, useToast } from "./toast.js";

export interface Action {
  busy: boolean;
  /** Run `action`; show `done` afterwards. Return whether it succeeded; false, too, while another one runs. */
  run(action: () => Promise<unknown>, done?: string, onConflict?: (error: MetaiaError) => void): Promise<boolean>;
}

export function useAction(): Action {
  const attempt = useAttempt();
  const show = useToast();
  const running = useRef(false); // `busy` is true only after the next drawing
  const [busy, setBusy] = useState(false);
  const run = useCallback<Action["run"]>(
    async (action, done, onConflict) => {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      const succeeded = await attempt(action, onConflict);
      running.current = false;
      setBusy(false);
      if (succeeded && done) show(done);
      return succeeded;
    },
    [attempt, show],
  );
  return { busy, run };
}

/** A button with one action of its own. */
export function ActionButton({ action, done, ...rest }: Omit<ComponentProps<typeof Button>, "onClick" | "busy"> & {
  action: () => Promise<unknown>;
  done?: string;
}): ReactNode {
  const { busy, run } = useAction();
  return <Button {...rest} busy={busy} onClick={() => void run(action, done)} />;
}
