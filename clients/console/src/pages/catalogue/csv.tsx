// The catalogue as a file: saved, and read back; an import is checked before it changes anything.
import type { ImportResult } from "@metaia/client/catalogue";
import { useId, useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { storefront } from "../../app/parts.js";
import { ActionButton, useAction } from "../../ui/action.js";
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
      {checked && <Loaded part={storefront} lines={0} show={({ ImportDialog }) => <ImportDialog {...checked} client={client} onClose={() => setChecked(null)} onDone={() => (setChecked(null), onDone())} />} />}
    </>
  );
}
