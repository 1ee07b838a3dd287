// What an import of a catalogue would change, or why it changes nothing.
import type { Catalogue, ImportResult } from "@metaia/client/catalogue";
import type { ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { useStorefrontText } from "./text.js";

export function ImportDialog({ file, result, client, onClose, onDone }: { file: File; result: ImportResult; client: Catalogue; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const w = useStorefrontText();
  const { created, updated, unchanged, errors } = result;
  const send = async () => {
    await client.importCsv(file);
    onDone();
  };
  return (
    <Dialog title={file.name} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={errors.length > 0 || created + updated === 0} action={send} done={w("csv.done")}>{w("csv.import")}</ActionButton></>}>
      <p>{w("csv.would", { created, updated, unchanged })}</p>
      {errors.length > 0 && (
        <>
          <p role="alert" className="error">{w("csv.errors")}</p>
          <ul className="csv-errors">{errors.map((one, index) => <li key={index}><b>{w("csv.line", { line: one.line })}</b> {one.column} · {one.message}</li>)}</ul>
        </>
      )}
    </Dialog>
  );
}
