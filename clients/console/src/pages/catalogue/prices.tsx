// Prices of many products at once: what would change is shown first.
import type { BulkChange, BulkResult } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { useCatalogueClient, type Contents } from "./data.js";
import { useCatalogueText } from "./text.js";

const SHOWN = 20;

export function PricesDialog({ contents, currency, onClose, onDone }: { contents: Contents; currency: string; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const { c } = useCatalogueText();
  const client = useCatalogueClient();
  const [section, setSection] = useState("");
  const [how, setHow] = useState<"percent" | "amount">("percent");
  const [value, setValue] = useState("");
  const [preview, setPreview] = useState<BulkResult & { key: string }>();
  const ids = contents.products.filter((one) => !section || one.sectionId === section).map(({ id }) => id);
  const by = Number(value);
  const wrong = !value.trim() || !Number.isFinite(by) || by === 0 || !ids.length;
  const change: BulkChange = { ids, price: how === "percent" ? { percent: by } : { amount: by } };
  const put = (set: () => void) => (set(), setPreview(undefined));
  const nameOf = (id: string) => contents.products.find((one) => one.id === id || one.variants.some((variant) => variant.id === id))?.name ?? id;
  const apply = async () => {
    await client.bulk(change, preview!.key); // the same after a lost answer: a price must not rise twice
    onDone();
  };
  return (
    <Dialog
      title={c("prices")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button>{preview ? <ActionButton kind="primary" disabled={!preview.changed.length} action={apply} done={c("saved")}>{c("prices.apply", { count: preview.changed.length })}</ActionButton> : <ActionButton kind="primary" disabled={wrong} action={async () => setPreview({ ...(await client.bulk({ ...change, dryRun: true })), key: crypto.randomUUID() })}>{c("prices.preview")}</ActionButton>}</>}
    >
      <Select label={c("section")} value={section} onChange={(event) => { const { value: id } = event.currentTarget; put(() => setSection(id)); }} options={[["", c("section.all")], ...contents.sections.map((one) => [one.id, one.name] as const)]} />
      <div className="two">
        <Select label={c("prices.how")} value={how} onChange={(event) => { const { value: kind } = event.currentTarget; put(() => setHow(kind as typeof how)); }} options={[["percent", c("prices.percent")], ["amount", c("prices.amount", { currency })]]} />
        <Field label={c("prices.by")} type="number" step="any" value={value} onChange={(event) => { const { value: typed } = event.currentTarget; put(() => setValue(typed)); }} />
      </div>
      {preview && (
        <ul className="items">
          {preview.changed.slice(0, SHOWN).map((one, index) => <li key={index}><span>{nameOf(one.id)}</span><span><Money amount={Number(one.before)} currency={currency} /> → <Money amount={Number(one.after)} currency={currency} /></span></li>)}
          {preview.changed.length > SHOWN && <li><span className="muted">{t("more", { count: preview.changed.length - SHOWN })}</span></li>}
        </ul>
      )}
    </Dialog>
  );
}
