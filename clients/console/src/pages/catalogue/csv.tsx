// The catalogue as a file: saved, and read back; an import is checked before it changes anything.
import { MetaiaError } from "@metaia/client";
import type { CatalogueImport, ImportResult } from "@metaia/client/catalogue";
import { useEffect, useId, useState, type ReactNode } from "react";
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
  const [running, setRunning] = useState<CatalogueImport | null>(null);
  const onProgress = (one: CatalogueImport) => setRunning(one.finishedAt ? null : one);
  useEffect(() => {
    // An import goes on without this page: one that was begun before is followed, too.
    const leaving = new AbortController();
    const { signal } = leaving;
    void (async () => {
      const [newest] = (await client.imports({ limit: 1 }, signal)).imports;
      if (!newest || newest.finishedAt) return;
      await client.followImport(newest, { onProgress, signal });
      onDone();
    })().catch((error: unknown) => {
      if (!(error instanceof MetaiaError)) throw error;
    });
    return () => leaving.abort();
  }, [client]);
  const save = async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await client.exportCsv());
    link.download = "catalogue.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const check = (file: File | undefined) =>
    file && void run(async () => setChecked({ file, result: await client.importCsv(file, { dryRun: true, onProgress }) })).finally(() => setRunning(null));
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
      {running && (
        <span role="status">
          <progress max={running.total} value={running.done} aria-label={c("csv.import")} /> {c(running.dryRun ? "csv.checking" : "csv.running", { done: running.done, total: running.total })}
        </span>
      )}
      {checked && <Loaded part={storefront} lines={0} show={({ ImportDialog }) => <ImportDialog {...checked} client={client} onProgress={onProgress} onClose={() => setChecked(null)} onDone={() => (setChecked(null), onDone())} />} />}
    </>
  );
}
