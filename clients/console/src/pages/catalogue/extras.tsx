// What products share: groups of modifiers, and tax rates.
import type { ModifierGroup, TaxRate } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { Link } from "../../app/router.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Card, Empty } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { Table } from "../../ui/table.js";
import { Switch } from "../common/switch.js";
import { useCatalogueClient, useContents, useOwnShop } from "./data.js";
import { GroupDialog } from "./group.js";
import { useCatalogueText } from "./text.js";

export function ExtrasPage(): ReactNode {
  const { t } = useText();
  const { c, named } = useCatalogueText();
  const { data: shop } = useOwnShop();
  const { data, error, reload } = useContents();
  const [group, setGroup] = useState<ModifierGroup | "new" | null>(null);
  const [tax, setTax] = useState<TaxRate | "new" | null>(null);
  const done = () => (setGroup(null), setTax(null), reload());
  if (error && !data) return <Card title={c("extras")}><Empty title={c("failed")}><Button onClick={reload}>{t("list.again")}</Button></Empty></Card>;
  if (!data) return <Skeleton lines={6} />;
  return (
    <>
      <Card title={c("groups")} tools={<><Link to="/shop">{c("catalogue")}</Link><Button kind="primary" onClick={() => setGroup("new")}>{c("group.new")}</Button></>}>
        {data.groups.length === 0 ? <Empty title={c("groups.none")} /> : (
          <Table rows={data.groups} caption={c("groups")} keyOf={(one) => one.id} name={(one) => one.name} onOpen={setGroup} columns={[
            { title: c("name"), cell: (one) => <strong>{one.name}</strong> },
            { title: c("group.kind"), cell: (one) => named("group.kind", one.kind) },
            { title: c("group.options"), cell: (one) => <span className="long">{one.options.map(({ name }) => name).join(", ") || "–"}</span> },
            { title: c("group.count"), right: true, cell: (one) => `${one.min}–${one.max}` },
          ]} />
        )}
      </Card>
      <Card title={c("taxes")} tools={<Button onClick={() => setTax("new")}>{c("tax.new")}</Button>}>
        {data.taxes.length === 0 ? <Empty title={c("taxes.none")} /> : (
          <Table rows={data.taxes} caption={c("taxes")} keyOf={(one) => one.id} name={(one) => one.name} onOpen={setTax} columns={[
            { title: c("name"), cell: (one) => <strong>{one.name}</strong> },
            { title: c("tax.rate"), right: true, cell: (one) => `${one.rate} %` },
            { title: c("tax.included"), cell: (one) => c(one.included ? "yes" : "no") },
          ]} />
        )}
      </Card>
      {group && <GroupDialog group={group === "new" ? null : group} currency={shop?.currency ?? ""} onClose={() => setGroup(null)} onDone={done} />}
      {tax && <TaxDialog tax={tax === "new" ? null : tax} onClose={() => setTax(null)} onDone={done} />}
    </>
  );
}

function TaxDialog({ tax, onClose, onDone }: { tax: TaxRate | null; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const { c } = useCatalogueText();
  const client = useCatalogueClient();
  const [name, setName] = useState(tax?.name ?? "");
  const [rate, setRate] = useState(tax ? String(tax.rate) : "");
  const [included, setIncluded] = useState(tax?.included ?? true);
  const value = Number(rate);
  const wrong = !rate.trim() || !(value >= 0 && value <= 50);
  const send = async () => {
    await client.taxes.save({ name: name.trim(), rate: value, included }, tax ?? undefined);
    onDone();
  };
  return (
    <Dialog title={tax?.name ?? c("tax.new")} onClose={onClose} actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={wrong || !name.trim()} action={send} done={c("saved")}>{c("save")}</ActionButton></>}>
      <Field label={c("name")} value={name} maxLength={50} onChange={(event) => setName(event.currentTarget.value)} />
      <Field label={c("tax.rate")} type="number" inputMode="decimal" min={0} max={50} step={0.01} value={rate} error={rate && wrong ? c("tax.wrong") : undefined} onChange={(event) => setRate(event.currentTarget.value)} />
      <Switch label={c("tax.included")} on={included} onChange={setIncluded} />
    </Dialog>
  );
}
