// A new order makes a sound, and is counted in the title until the partner looks.
import { useEvent } from "@metaia/client/react";
import { useEffect, useState, type ReactNode } from "react";
import { beep } from "./sound.js";

const TITLE = document.title;
const looks = () => !document.hidden && document.hasFocus();

export function WithAlerts({ children }: { children: ReactNode }): ReactNode {
  const [unseen, setUnseen] = useState(0);
  useEvent("order_update", ({ order, previousStatus }) => {
    if (order.status !== "pending" || previousStatus !== null) return;
    beep();
    if (!looks()) setUnseen((count) => count + 1);
  });
  useEffect(() => {
    const seen = () => looks() && setUnseen(0);
    addEventListener("focus", seen);
    document.addEventListener("visibilitychange", seen);
    return () => {
      removeEventListener("focus", seen);
      document.removeEventListener("visibilitychange", seen);
    };
  }, []);
  useEffect(() => {
    document.title = unseen ? `(${unseen}) ${TITLE}` : TITLE;
    return () => void (document.title = TITLE);
  }, [unseen]);
  return <>{children}</>;
}
