// The variants of a product: a name, a number, a price, how many there are.
import type { ProductVariant } from "@metaia/client/catalogue";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { Field } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { numberOf, textOf } from "./data.js";
import { useCatalogueText } from "./text.js";

interface Typed {
  name: string;
  sku: string;
  price: string;
  comparePrice: string;
  stock: string;
}

export interface VariantDraft extends Typed {
  key: number;
  id?: string;
  /** What the form does not show, but must send: a variant that is saved has all its values. */
  kept: Pick<ProductVariant, "sale" | "available" | "soldOutUntil">;
}

let last = 0;

export const emptyVariant = (): VariantDraft => ({ key: ++last, name: "", sku: "", price: "", comparePrice: "", stock: "", kept: { sale: null, available: true, soldOutUntil: null } });
export const variantOf = ({ id, name, sku, price, comparePrice, stock, sale, available, soldOutUntil }: ProductVariant): VariantDraft => ({
  key: ++last, id, name: name ?? "", sku: sku ?? "", price: textOf(price), comparePrice: textOf(comparePrice), stock: textOf(stock), kept: { sale, available, soldOutUntil: soldOutUntil ?? null },
});

const isAmount = (value: number | null): boolean => value === null || value >= 0;

/** Return whether a variant cannot be saved; each of several needs a name. */
export function wrongVariant({ name, price, comparePrice, stock }: VariantDraft, named: boolean): boolean {
  const [cost, before, count] = [numberOf(price), numberOf(comparePrice), numberOf(stock)];
  return cost === null || !isAmount(cost) || !isAmount(before) || !(count === null || (Number.isInteger(count) && count >= 0)) || (named && !name.trim());
}

export function VariantFields({ variant, number, alone, currency, onChange, onRemove }: {
  variant: VariantDraft;
  number: number;
  alone: boolean;
  currency: string;
  onChange: (given: Partial<VariantDraft>) => void;
  onRemove: () => void;
}): ReactNode {
  const { c } = useCatalogueText();
  const field = (name: keyof Typed, label: string, more: object = {}) => (
    <Field label={label} value={variant[name]} {...more} onChange={(event) => onChange({ [name]: event.currentTarget.value })} />
  );
  const amount = { type: "number", inputMode: "decimal", min: 0, step: "any" };
  return (
    <fieldset className="variant-fields">
      <legend>{alone ? c("price") : c("variant", { number })}</legend>
      {!alone && field("name", c("variant.name"), { maxLength: 100 })}
      <div className="two">
        {field("price", c("price.in", { currency }), amount)}
        {field("comparePrice", c("price.before"), amount)}
        {field("stock", c("stock"), { type: "number", inputMode: "numeric", min: 0, step: 1, placeholder: c("stock.uncounted") })}
        {field("sku", c("sku"), { maxLength: 64 })}
      </div>
      {!alone && <Button kind="quiet" onClick={onRemove}><Icon name="close" /> {c("variant.remove", { number })}</Button>}
    </fieldset>
  );
}
