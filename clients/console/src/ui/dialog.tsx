import { useEffect, useRef, type ReactNode } from "react";
import { useText } from "../app/text.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

/** A modal dialog on `<dialog>`: the browser keeps the focus inside and closes it with Escape. */
export function Dialog({ title, onClose, children, actions }: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const { t } = useText();
  useEffect(() => {
    const shown = dialog.current!;
    const before = document.activeElement as HTMLElement | null;
    shown.showModal();
    return () => {
      shown.close();
      before?.focus(); // the dialog has left the page by now, so the browser does not do it
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="dialog">
        <header>
          <h2>{title}</h2>
          <Button kind="quiet" aria-label={t("close")} onClick={onClose}><Icon name="close" /></Button>
        </header>
        <div className="dialog-body">{children}</div>
        {actions && <footer>{actions}</footer>}
      </div>
    </dialog>
  );
}
