// One product: its variant, modifiers, quantity, a note. What is sold out cannot be chosen.
import { costOf, priceOf, sellable, type CartItem, type Group, type Menu, type MenuProduct, type Modifier } from "@metaia/client/shops";
import { useShopsClient } from "@metaia/client/shops/react";
import { useState, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { checkout } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { Photo } from "../../ui/avatar.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { MOST } from "./cart.js";
import { GroupFields, modifiersOf, startOf, wrongIn, type Choices } from "./modifiers.js";
import { useShopText } from "./text.js";

export function ItemDialog({ product, menu, now, onAdd, onClose }: {
  product: MenuProduct;
  menu: Menu;
  now: number;
  onAdd: (item: CartItem) => void;
  onClose: () => void;
}): ReactNode {
  const { t } = useText();
  const { s } = useShopText();
  const groups = product.modifierGroups.flatMap(({ groupId, ...limits }) => {
    const group = menu.modifierGroups.find(({ id }) => id === groupId);
    return group ? [{ ...group, ...limits }] : [];
  });
  const [variantId, setVariant] = useState(() => (product.variants.find((one) => sellable(one, now)) ?? product.variants[0])?.id);
  const [choices, setChoices] = useState<Choices>(() => startOf(groups, now));
  const [quantity, setQuantity] = useState("1");
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState(false);
  const client = useShopsClient();
  const measured = groups.filter(({ kind }) => kind === "measurement");
  const typed = Object.fromEntries(measured.map(({ id }) => [id, choices[id]?.[id] ?? ""]));
  const fill = (values: Record<string, string>) => setChoices((before) => ({ ...before, ...Object.fromEntries(Object.entries(values).map(([id, value]) => [id, { [id]: value }])) }));
  const count = Number(quantity);
  const variant = product.variants.find(({ id }) => id === variantId);
  const modifiers: Modifier[] = modifiersOf(groups, choices);
  const wrong = groups.some((one) => wrongIn(one, choices));
  const fits = Number.isInteger(count) && count >= 1 && count <= MOST;
  const there = sellable(product, now) && !!variant && sellable(variant, now);
  const cost = costOf(product, { variantId: variantId!, modifiers }, groups, now);
  const add = () => {
    setChecked(true);
    if (wrong || !fits || !there) return;
    onAdd({ productId: product.id, variantId: variantId!, quantity: count, ...(modifiers.length && { modifiers }), ...(note.trim() && { note: note.trim() }) });
    onClose();
  };
  return (
    <Dialog
      title={product.name}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button><Button kind="primary" disabled={!there} onClick={add}>{there ? <>{s("add")} · <Money amount={cost * (fits ? count : 1)} currency={menu.currency} /></> : s("sold_out")}</Button></>}
    >
      {product.media.length > 0 && <div className="photos">{product.media.map((one) => <Photo key={one.id} src={one.url} />)}</div>}
      {product.description && <p className="lines">{product.description}</p>}
      {product.variants.length > 1 && (
        <fieldset className="variants">
          <legend>{s("variant")}</legend>
          {product.variants.map((one) => {
            const free = sellable(one, now);
            return (
              <label key={one.id} className={free ? "variant" : "variant off"}>
                <input type="radio" name="variant" checked={one.id === variantId} disabled={!free} onChange={() => setVariant(one.id)} />
                <span>{one.name}{!free && <small> · {s("sold_out")}</small>}</span>
                <Money amount={priceOf(one, now)} currency={menu.currency} />
              </label>
            );
          })}
        </fieldset>
      )}
      {measured.length > 0 && <Loaded part={checkout} lines={1} show={({ Measurements }) => <Measurements client={client} groups={measured as Group[]} values={typed} onFill={fill} />} />}
      {groups.map((one) => <GroupFields key={one.id} group={one as Group} choices={choices} currency={menu.currency} now={now} checked={checked} onChange={setChoices} />)}
      <div className="two">
        <Field label={s("quantity")} type="number" inputMode="numeric" min={1} max={MOST} value={quantity} error={checked && !fits ? s("quantity.wrong", { most: MOST }) : undefined} onChange={(event) => setQuantity(event.currentTarget.value)} />
        <Field label={s("note")} maxLength={200} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      </div>
    </Dialog>
  );
}
