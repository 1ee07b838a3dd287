// The inputs of an action's parameters.
import type { Schemas } from "@metaia/client";
import { useId, useState, type ReactNode } from "react";
import { staff } from "../../app/parts.js";
import { useText } from "../../app/text.js";
import { Field, Select } from "../../ui/field.js";
import type { fieldsOf } from "./filter.js";
import { useOperationText } from "./text.js";

export interface Given {
  rejectReason: string;
  /** The id of a courier. */
  delivery: string;
  title: string;
  message: string;
}

const REASONS = ["out_of_stock", "too_busy", "closed", "cannot_fulfil", "invalid_order", "other"];

export function Parameters({ fields, given, onChange }: {
  fields: ReturnType<typeof fieldsOf>;
  given: Given;
  onChange: (given: Given) => void;
}): ReactNode {
  const { of } = useText();
  const o = useOperationText();
  const id = useId();
  const set = (name: keyof Given) => (value: string) => onChange({ ...given, [name]: value });
  return fields.map(({ name, needed }) => {
    switch (name) {
      case "rejectReason":
        return <Select key={name} label={o("reject_reason")} value={given.rejectReason} onChange={(event) => set(name)(event.currentTarget.value)} options={REASONS.map((one) => [one, of("reason", one)] as const)} />;
      case "delivery":
        return <ChooseCourier key={name} chosen={given.delivery} onChange={set(name)} />;
      case "title":
        return <Field key={name} label={o("title")} value={given.title} maxLength={200} onChange={(event) => set(name)(event.currentTarget.value)} />;
      case "message":
        return (
          <div key={name} className="field">
            <label htmlFor={id}>{o(needed ? "message" : "message.optional")}</label>
            <textarea id={id} rows={3} maxLength={1000} value={given.message} onChange={(event) => set(name)(event.currentTarget.value)} />
          </div>
        );
    }
  });
}

function ChooseCourier({ chosen, onChange }: { chosen: string; onChange: (id: string) => void }): ReactNode {
  const o = useOperationText();
  const { Filters, Search, useList } = staff.views!; // its script has loaded before this one
  const [q, setQ] = useState("");
  const list = useList<Schemas["AccountOut"]>("/api/admin/users", "users", { q, role: "delivery", active: "true" });
  return (
    <>
      <Filters><Search label={o("courier.search")} value={q} onChange={setQ} /></Filters>
      <fieldset className="partners chat-people" aria-busy={list.busy}>
        <legend className="visually-hidden">{o("courier")}</legend>
        {(list.rows ?? []).map((one) => (
          <label key={one.id} className="partner">
            <input type="radio" name="courier" checked={one.id === chosen} onChange={() => onChange(one.id)} />
            <span className="partner-text"><strong>{one.name}</strong><small>{one.email}</small></span>
          </label>
        ))}
      </fieldset>
    </>
  );
}
