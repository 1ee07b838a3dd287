// A price that counts for a while: from a time until before another one, by the clock of the device.
import type { ReactNode } from "react";
import { Field } from "../../ui/field.js";
import type { SaleDraft } from "../catalogue/variants.js";
import { useStorefrontText } from "./text.js";

export function SaleFields({ sale, onChange }: { sale: SaleDraft; onChange: (sale: SaleDraft) => void }): ReactNode {
  const w = useStorefrontText();
  const field = (name: keyof SaleDraft, label: string, more: object) => <Field label={label} required value={sale[name]} {...more} onChange={(event) => onChange({ ...sale, [name]: event.currentTarget.value })} />;
  return (
    <>
      {field("price", w("sale"), { type: "number", inputMode: "decimal", min: 0, step: "any" })}
      {field("from", w("sale.from"), { type: "datetime-local" })}
      {field("until", w("sale.until"), { type: "datetime-local", min: sale.from })}
    </>
  );
}
