// What an import of a catalogue would change, or why it changes nothing.
import type { Catalogue, CatalogueImport, ImportResult } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { useToast } from "../../ui/toast.js";
import { useStorefrontText } from "./text.js";

export function ImportDialog({ file, result, client, onProgress, onClose, onDone }: {
  file: File; result: ImportResult; client: Catalogue; onProgress: (one: CatalogueImport) => void; onClose: () => void; onDone: () => void;
}): ReactNode {
  const { t } = useText();
  const w = useStorefrontText();
  const show = useToast();
  const [shown, setShown] = useState(result);
  const [running, setRunning] = useState<CatalogueImport | null>(null);
  const { created, updated, unchanged, errors } = shown;
  const send = async () => {
    const found = await client.importCsv(file, { onProgress: (one) => (setRunning(one.finishedAt ? null : one), onProgress(one)) }).finally(() => setRunning(null));
    if (!found.applied) return setShown(found); // the catalogue has changed since the check
    show(w("csv.done"));
    onDone();
  };
  return (
    <Dialog title={file.name} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={errors.length > 0 || created + updated === 0} action={send}>{w("csv.import")}</ActionButton></>}>
      <p>{w("csv.would", { created, updated, unchanged })}</p>
      {running && <p role="status"><progress max={running.total} value={running.done} aria-label={w("csv.import")} /> {w("csv.running", { done: running.done, total: running.total })}</p>}
      {errors.length > 0 && (
        <>
          <p role="alert" className="error">{w("csv.errors")}</p>
          <ul className="csv-errors">{errors.map((one, index) => <li key={index}><b>{w("csv.line", { line: one.line })}</b> {one.column} · {one.message}</li>)}</ul>
        </>
      )}
    </Dialog>
  );
}
