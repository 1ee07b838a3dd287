// The fields of a round: items, price, terms, and until when it is valid.
import type { PaymentTerms } from "@metaia/client/offers";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.js";
import { Field, Select } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { Icon } from "../../ui/icon.js";
import { emptyLine, MOST_ITEMS, PAYMENT_TERMS, sumOf, wrongIn, type Draft, type Line } from "./round.js";
import { useOfferText } from "./text.js";

export function RoundFields({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }): ReactNode {
  const { o } = useOfferText();
  const set = (given: Partial<Draft>) => onChange({ ...draft, ...given });
  const sum = sumOf(draft);
  const wrong = wrongIn(draft);
  return (
    <>
      {draft.lines.map((line, index) => (
        <ItemFields
          key={line.key}
          line={line}
          number={index + 1}
          currency={draft.currency}
          onChange={(given) => set({ lines: draft.lines.map((one) => (one.key === line.key ? { ...one, ...given } : one)) })}
          onRemove={draft.lines.length > 1 ? () => set({ lines: draft.lines.filter((one) => one.key !== line.key) }) : undefined}
        />
      ))}
      {draft.lines.length < MOST_ITEMS && <p><Button onClick={() => set({ lines: [...draft.lines, emptyLine()] })}><Icon name="plus" /> {o("item.add")}</Button></p>}
      <p aria-live="polite">{o("sum")}: {sum === null ? o("no.price") : <Money amount={sum} currency={draft.currency} />}</p>
      <div className="two">
        <Field label={o("price.all", { currency: draft.currency })} hint={o("price.all.hint")} type="number" min={0} step="any" disabled={sum === null} value={draft.total} onChange={(event) => set({ total: event.currentTarget.value })} />
        <Field label={o("valid")} hint={o("valid.hint")} type="date" value={draft.validUntil} onChange={(event) => set({ validUntil: event.currentTarget.value })} />
        <Field label={o("deliver")} type="date" value={draft.deliverBy} onChange={(event) => set({ deliverBy: event.currentTarget.value })} />
        <Select label={o("payment")} value={draft.paymentTerms} onChange={(event) => set({ paymentTerms: event.currentTarget.value as PaymentTerms | "" })} options={[["", "–"], ...PAYMENT_TERMS.map((one) => [one, o(`payment.${one}`)] as const)]} />
      </div>
      <Field label={o("notes")} value={draft.notes} maxLength={2000} onChange={(event) => set({ notes: event.currentTarget.value })} />
      <Field label={o("message")} value={draft.message} maxLength={1000} error={wrong && draft.lines.some((one) => one.name) ? o(`wrong.${wrong}`) : undefined} onChange={(event) => set({ message: event.currentTarget.value })} />
    </>
  );
}

function ItemFields({ line, number, currency, onChange, onRemove }: {
  line: Line;
  number: number;
  currency: string;
  onChange: (line: Partial<Line>) => void;
  onRemove?: (() => void) | undefined;
}): ReactNode {
  const { o } = useOfferText();
  const field = (name: "quantity" | "least" | "unit" | "price", label: string, type: string, max?: number) => (
    <Field label={label} type={type} min={0} step={name === "price" ? "any" : 1} maxLength={max} value={line[name]} onChange={(event) => onChange({ [name]: event.currentTarget.value })} />
  );
  return (
    <fieldset className="pairs offer-item">
      <legend>{o("item", { number })}</legend>
      <Field label={o("item.name")} value={line.name} maxLength={200} onChange={(event) => onChange({ name: event.currentTarget.value })} />
      <div className="offer-numbers">
        {field("quantity", o("quantity"), "number")}
        {field("unit", o("unit"), "text", 30)}
        {field("price", o("price.one", { currency }), "number")}
        {field("least", o("least"), "number")}
        {onRemove && <Button kind="quiet" aria-label={o("item.remove", { number })} onClick={onRemove}><Icon name="close" /></Button>}
      </div>
    </fieldset>
  );
}
