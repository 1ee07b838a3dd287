// The form of a product: names, variants with prices and stock, its groups of modifiers.
import type { OwnShop, Product } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { files } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { Switch } from "../common/switch.js";
import { numberOf, useCatalogueClient, type Contents } from "./data.js";
import { useCatalogueText } from "./text.js";
import { emptyVariant, saleOf, VariantFields, variantOf, wrongVariant, type VariantDraft } from "./variants.js";

const MOST_VARIANTS = 50;
const MOST_GROUPS = 20;
const MOST_PICTURES = 10;

interface Given {
  product: Product | null;
  sectionId?: string | undefined;
  shop: OwnShop;
  contents: Contents;
  onClose: () => void;
  onDone: () => void;
}

export function ProductDialog({ product, sectionId, shop, contents, onClose, onDone }: Given): ReactNode {
  const { t } = useText();
  const { c } = useCatalogueText();
  const client = useCatalogueClient();
  const [name, setName] = useState(product?.name ?? "");
  const [description, setDescription] = useState(product?.description ?? "");
  const [section, setSection] = useState(product?.sectionId ?? sectionId ?? "");
  const [tags, setTags] = useState(product?.tags.join(", ") ?? "");
  const [taxRateId, setTax] = useState(product?.taxRateId ?? contents.taxes[0]?.id ?? "");
  const [variants, setVariants] = useState<VariantDraft[]>(() => product?.variants.map(variantOf) ?? [emptyVariant()]);
  const [groups, setGroups] = useState<Product["modifierGroups"]>(product?.modifierGroups ?? []);
  const [mediaIds, setPictures] = useState<string[]>(product?.mediaIds ?? []);
  const [active, setActive] = useState(product?.active ?? true);
  const wrong = !name.trim() || variants.some((one) => wrongVariant(one, variants.length > 1));
  const send = async () => {
    const body = {
      name: name.trim(),
      description: description.trim() || null,
      sectionId: section || null,
      mediaIds,
      tags: tags.split(",").map((one) => one.trim()).filter(Boolean),
      taxRateId: taxRateId || null,
      modifierGroups: groups.map(({ groupId, min, max }) => ({ groupId, min, max })),
      variants: variants.map(({ id, name: label, sku, price, comparePrice, stock, sale, kept }) => ({
        ...kept, ...(id ? { id } : { stock: numberOf(stock) }), name: label.trim() || null, sku: sku.trim() || null, price: numberOf(price), comparePrice: numberOf(comparePrice), sale: saleOf(sale),
      })),
      ...(product && { active }),
    };
    await client.save(body, product ?? undefined);
    for (const { id, stock } of variants) { // orders take from the stock, so it is set on its own
      const before = product?.variants.find((one) => one.id === id);
      if (before && before.stock !== numberOf(stock)) await client.setStock(product!.id, { variantId: before.id, stock: numberOf(stock) });
    }
    onDone();
  };
  const flip = (groupId: string) => {
    const group = contents.groups.find(({ id }) => id === groupId)!;
    setGroups(groups.some((one) => one.groupId === groupId) ? groups.filter((one) => one.groupId !== groupId) : [...groups, { groupId, min: group.min, max: group.max }]);
  };
  return (
    <Dialog
      title={product?.name ?? c("product.new")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><ActionButton kind="primary" disabled={wrong} action={send} done={c("saved")}>{c("save")}</ActionButton></>}
    >
      <Field label={c("name")} value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} />
      <Field label={c("description")} value={description} maxLength={2000} onChange={(event) => setDescription(event.currentTarget.value)} />
      <div className="two">
        <Select label={c("section")} value={section} onChange={(event) => setSection(event.currentTarget.value)} options={[["", c("section.none")], ...contents.sections.map((one) => [one.id, one.name] as const)]} />
        {contents.taxes.length > 0 && <Select label={c("tax")} value={taxRateId} onChange={(event) => setTax(event.currentTarget.value)} options={[["", c("tax.none")], ...contents.taxes.map((one) => [one.id, `${one.name} ${one.rate} %`] as const)]} />}
      </div>
      <Field label={c("tags")} hint={c("tags.hint")} value={tags} maxLength={300} onChange={(event) => setTags(event.currentTarget.value)} />
      <Loaded part={files} lines={1} show={({ ItemPictures }) => <ItemPictures label={c("pictures")} folder="menu" most={MOST_PICTURES} ids={mediaIds} onChange={setPictures} />} />
      {variants.map((one, index) => (
        <VariantFields
          key={one.key}
          variant={one}
          number={index + 1}
          alone={variants.length === 1}
          currency={product?.currency ?? shop.currency}
          onChange={(given) => setVariants((before) => before.map((other) => (other.key === one.key ? { ...other, ...given } : other)))}
          onRemove={() => setVariants((before) => before.filter((other) => other.key !== one.key))}
        />
      ))}
      {variants.length < MOST_VARIANTS && <p><Button onClick={() => setVariants([...variants, emptyVariant()])}>{c("variant.add")}</Button></p>}
      {contents.groups.length > 0 && (
        <fieldset className="choices">
          <legend>{c("groups")}</legend>
          {contents.groups.map((one) => (
            <button key={one.id} type="button" aria-pressed={groups.some(({ groupId }) => groupId === one.id)} disabled={groups.length >= MOST_GROUPS && !groups.some(({ groupId }) => groupId === one.id)} onClick={() => flip(one.id)}>{one.name}</button>
          ))}
        </fieldset>
      )}
      {product && <Switch label={c("active")} on={active} onChange={setActive} />}
    </Dialog>
  );
}
