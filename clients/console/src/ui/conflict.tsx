// A 409: what changed since the user looked, and what is possible now.
import type { MetaiaError, Order } from "@metaia/client";
import type { ReactNode } from "react";
import { useText } from "../app/text.js";
import { StatusBadge } from "./badge.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";

export function ConflictDialog({ before, error, onClose, onAct }: {
  before: Order | undefined;
  error: MetaiaError;
  onClose: () => void;
  onAct: (action: string) => void;
}): ReactNode {
  const { t, of } = useText();
  const now = error.details["order"] as Order | undefined;
  const actions = (now?.allowedActions ?? []) as string[];
  return (
    <Dialog
      title={t("conflict.title")}
      onClose={onClose}
      actions={
        <>
          {actions.map((action) => <Button key={action} onClick={() => onAct(action)}>{of("action", action)}</Button>)}
          <Button kind="primary" onClick={onClose}>{t("conflict.ok")}</Button>
        </>
      }
    >
      <p>{t("conflict.text")}</p>
      {now && (
        <dl className="facts">
          {before && before.status !== now.status && (
            <>
              <dt>{t("conflict.before")}</dt>
              <dd><StatusBadge status={before.status} /></dd>
            </>
          )}
          <dt>{t("conflict.now")}</dt>
          <dd><StatusBadge status={now.status} /></dd>
          {now.message && (
            <>
              <dt>{t("order.message")}</dt>
              <dd>{now.message}</dd>
            </>
          )}
        </dl>
      )}
    </Dialog>
  );
}
