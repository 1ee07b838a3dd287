// The variants of a product: a name, a number, a price, how many there are.
import type { ProductVariant } from "@metaia/client/catalogue";
import type { ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { storefront } from "../../app/parts.js";
import { Button } from "../../ui/button.js";
import { Field, localTime } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { Switch } from "../common/switch.js";
import { numberOf, textOf } from "./data.js";
import { useCatalogueText } from "./text.js";

interface Typed {
  name: string;
  sku: string;
  price: string;
  comparePrice: string;
  stock: string;
}

/** A price that counts for a while; times as inputs have them. */
export interface SaleDraft {
  price: string;
  from: string;
  until: string;
}

export interface VariantDraft extends Typed {
  key: number;
  id?: string;
  sale: SaleDraft | null;
  /** What the form does not show, but must send: a variant that is saved has all its values. */
  kept: Pick<ProductVariant, "available" | "soldOutUntil">;
}

let last = 0;

const WEEK = 7 * 24 * 60 * 60_000; // ms
const newSale = (): SaleDraft => ({ price: "", from: localTime(Date.now()), until: localTime(Date.now() + WEEK) });

export const emptyVariant = (): VariantDraft => ({ key: ++last, name: "", sku: "", price: "", comparePrice: "", stock: "", sale: null, kept: { available: true, soldOutUntil: null } });
export const variantOf = ({ id, name, sku, price, comparePrice, stock, sale, available, soldOutUntil }: ProductVariant): VariantDraft => ({
  key: ++last, id, name: name ?? "", sku: sku ?? "", price: textOf(price), comparePrice: textOf(comparePrice), stock: textOf(stock), sale: sale && { price: textOf(sale.price), from: localTime(Date.parse(sale.from)), until: localTime(Date.parse(sale.until)) }, kept: { available, soldOutUntil: soldOutUntil ?? null },
});

/** Return the sale as the API takes it. */
export const saleOf = (sale: SaleDraft | null): object | null => sale && { price: numberOf(sale.price), from: new Date(sale.from).toISOString(), until: new Date(sale.until).toISOString() };

const isAmount = (value: number | null): boolean => value === null || value >= 0;

/** Return whether a variant cannot be saved; each of several needs a name. */
export function wrongVariant({ name, price, comparePrice, stock, sale }: VariantDraft, named: boolean): boolean {
  const [cost, before, count] = [numberOf(price), numberOf(comparePrice), numberOf(stock)];
  if (sale && !((numberOf(sale.price) ?? NaN) >= 0 && sale.from && sale.until > sale.from)) return true;
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
  const { sale } = variant;
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
      <p><Switch label={c("sale")} on={!!sale} onChange={(on) => onChange({ sale: on ? newSale() : null })} /></p>
      {sale && <Loaded part={storefront} lines={2} show={({ SaleFields }) => <SaleFields sale={sale} onChange={(given) => onChange({ sale: given })} />} />}
      {!alone && <Button kind="quiet" onClick={onRemove}><Icon name="close" /> {c("variant.remove", { number })}</Button>}
    </fieldset>
  );
}
