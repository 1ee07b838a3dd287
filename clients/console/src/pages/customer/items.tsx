import { useId, type ReactNode } from "react";
import { Loaded } from "../../app/part.js";
import { files } from "../../app/parts.js";
import { useText, type Key } from "../../app/text.js";
import { Button } from "../../ui/button.js";
import { Field } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { Money } from "../../ui/format.js";
import { decimalsOf, RATES, totalOf, type Product } from "./products.js";

/** One item while it is typed. */
export interface Line {
  key: number;
  name: string;
  quantity: string;
  price: string;
  /** Ids of its pictures; undefined until some are wanted. */
  pictures?: readonly string[];
}

const MOST = 100;
let last = 0;
export const empty = (): Line => ({ key: ++last, name: "", quantity: "1", price: "" });

/** Return what is wrong with a line, or null; an empty line is allowed if it is not the only one. */
export function problemOf({ name, quantity, price }: Line, lines: number, currency: string): { field: "name" | "quantity" | "price"; text: Key } | null {
  if (!name.trim() && !price && lines > 1) return null;
  if (!name.trim()) return { field: "name", text: "place.wrong_name" };
  const count = Number(quantity);
  if (!Number.isInteger(count) || count < 1 || count > 10_000) return { field: "quantity", text: "place.wrong_quantity" };
  const unit = 10 ** decimalsOf(currency);
  const amount = price.trim() === "" ? NaN : Number(price);
  if (!(amount >= 0 && amount <= 1e11) || Math.abs(amount * unit - Math.round(amount * unit)) > 1e-6) return { field: "price", text: "place.wrong_price" };
  return null;
}

export function Items({ lines, onChange, currency, checked, products }: {
  lines: readonly Line[];
  onChange: (lines: Line[]) => void;
  currency: string;
  checked: boolean;
  products: readonly Product[];
}): ReactNode {
  const { t } = useText();
  const list = useId();
  const priceOf = (inr: number) => String(Number((inr * RATES[currency]!).toFixed(decimalsOf(currency))));
  const change = (key: number, to: Partial<Line>) => onChange(lines.map((one) => (one.key === key ? { ...one, ...to } : one)));
  const typed = (line: Line, name: string) => {
    const product = products.find(([known]) => known === name);
    change(line.key, { name, ...(product && !line.price ? { price: priceOf(product[1]) } : {}) });
  };
  const add = ([name, price]: Product) => {
    const same = lines.find((one) => one.name === name);
    if (same) return change(same.key, { quantity: String(Number(same.quantity) + 1) });
    onChange([...lines.filter((one) => one.name || one.price), { ...empty(), name, price: priceOf(price) }]);
  };
  return (
    <>
      <div className="chips suggestions" role="group" aria-label={t("place.suggestions")}>
        {products.map((product) => (
          <button key={product[0]} type="button" className="chip" onClick={() => add(product)}>
            + {product[0]} <small><Money amount={priceOf(product[1])} currency={currency} /></small>
          </button>
        ))}
      </div>
      <datalist id={list}>{products.map(([name]) => <option key={name} value={name} />)}</datalist>
      <ul className="lines">
        {lines.map((line, index) => {
          const problem = checked ? problemOf(line, lines.length, currency) : null;
          const wrong = (field: string) => (problem?.field === field ? t(problem.text) : undefined);
          return (
            <li key={line.key}><div className="line" role="group" aria-label={t("place.item", { number: index + 1 })}>
              <Field label={t("place.product")} list={list} maxLength={200} autoComplete="off" value={line.name} error={wrong("name")} onChange={(event) => typed(line, event.currentTarget.value)} />
              <Field label={t("place.quantity")} type="number" inputMode="numeric" min={1} max={10000} value={line.quantity} error={wrong("quantity")} onChange={(event) => change(line.key, { quantity: event.currentTarget.value })} />
              <Field label={t("place.price")} type="number" inputMode="decimal" min={0} step="any" value={line.price} error={wrong("price")} onChange={(event) => change(line.key, { price: event.currentTarget.value })} />
              <span className="line-sum"><Money amount={totalOf([{ quantity: Number(line.quantity) || 0, price: Number(line.price) || 0 }], currency)} currency={currency} /></span>
              <Button kind="quiet" aria-label={t("place.remove", { number: index + 1 })} disabled={lines.length === 1} onClick={() => onChange(lines.filter((one) => one !== line))}>
                <Icon name="close" />
              </Button>
            </div>
            {line.pictures ? (
              <Loaded part={files} show={({ ItemPictures }) => <ItemPictures ids={line.pictures!} onChange={(pictures) => change(line.key, { pictures })} />} />
            ) : (
              line.name && <Button kind="quiet" onClick={() => change(line.key, { pictures: [] })}><Icon name="image" /> {t("place.picture")}</Button>
            )}
            </li>
          );
        })}
      </ul>
      <Button disabled={lines.length >= MOST} onClick={() => onChange([...lines, empty()])}><Icon name="plus" /> {t("place.add")}</Button>
    </>
  );
}
