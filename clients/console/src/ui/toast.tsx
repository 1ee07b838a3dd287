// Short messages, read aloud by screen readers.
import { MetaiaError } from "@metaia/client";
import { useEvent } from "@metaia/client/react";
import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from "react";
import { useText } from "../app/text.js";

interface Shown {
  id: number;
  kind: "info" | "error";
  text: string;
}

type Show = (text: string, kind?: "info" | "error") => void;
const Context = createContext<Show>(() => undefined);
const SECONDS = 6;

export const useToast = (): Show => useContext(Context);

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<Shown[]>([]);
  const last = useRef(0);
  const show = useCallback<Show>((text, kind = "info") => {
    const id = ++last.current;
    setToasts((before) => [...before.slice(-3), { id, kind, text }]);
    setTimeout(() => setToasts((before) => before.filter((one) => one.id !== id)), SECONDS * 1000);
  }, []);
  useEvent("new_notification", ({ title, message }: { title: string; message: string }) => show(`${title}: ${message}`));
  return (
    <Context.Provider value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((one) => <p key={one.id} className={`toast ${one.kind}`}>{one.text}</p>)}
      </div>
    </Context.Provider>
  );
}

/** Return a function that runs an action and shows its error. */
export function useAttempt(): (action: () => Promise<unknown>, onConflict?: (error: MetaiaError) => void) => Promise<boolean> {
  const show = useToast();
  const { of } = useText();
  return useCallback(
    async (action, onConflict) => {
      try {
        await action();
        return true;
      } catch (error) {
        if (error instanceof MetaiaError && error.status === 409 && onConflict) onConflict(error);
        else if (error instanceof MetaiaError) show(of("error", error.code) === error.code.replaceAll("_", " ") ? error.message : of("error", error.code), "error");
        else show(of("error", "network"), "error");
        return false;
      }
    },
    [show, of],
  );
}
