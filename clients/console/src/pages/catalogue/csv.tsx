// The catalogue as a file: saved, and read back; an import is checked before it changes anything.
import type { ImportResult } from "@metaia/client/catalogue";
import { useId, useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton, useAction } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { useCatalogueClient } from "./data.js";
import { useCatalogueText } from "./text.js";

export function CsvTools({ onDone }: { onDone: () => void }): ReactNode {
  const { c } = useCatalogueText();
  const client = useCatalogueClient();
  const input = useId();
  const { run } = useAction();
  const [checked, setChecked] = useState<{ file: File; result: ImportResult } | null>(null);
  const save = async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await client.exportCsv());
    link.download = "catalogue.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const check = (file: File | undefined) => file && void run(async () => setChecked({ file, result: await client.importCsv(file, { dryRun: true }) }));
  return (
    <>
      <ActionButton action={save}>{c("csv.export")}</ActionButton>
      <span className="pick">
        <input id={input} type="file" accept=".csv,text/csv" className="visually-hidden" onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          check(file);
        }} />
        <label className="button" htmlFor={input}>{c("csv.import")}</label>
      </span>
      {checked && <ImportDialog {...checked} onClose={() => setChecked(null)} onDone={() => (setChecked(null), onDone())} />}
    </>
  );
}

function ImportDialog({ file, result, onClose, onDone }: { file: File; result: ImportResult; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const { c } = useCatalogueText();
  const client = useCatalogueClient();
  const { created, updated, unchanged, errors } = result;
  const send = async () => {
    await client.importCsv(file);
    onDone();
  };
  return (
    <Dialog title={file.name} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={errors.length > 0 || created + updated === 0} action={send} done={c("csv.done")}>{c("csv.import")}</ActionButton></>}>
      <p>{c("csv.would", { created, updated, unchanged })}</p>
      {errors.length > 0 && (
        <>
          <p role="alert" className="error">{c("csv.errors")}</p>
          <ul className="csv-errors">{errors.map((one, index) => <li key={index}><b>{c("csv.line", { line: one.line })}</b> {one.column} · {one.message}</li>)}</ul>
        </>
      )}
    </Dialog>
  );
}
