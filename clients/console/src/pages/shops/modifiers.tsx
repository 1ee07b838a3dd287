// The modifiers of a product: options, texts, measurements.
import { sellable, type Group, type Modifier } from "@metaia/client/shops";
import type { ReactNode } from "react";
import { Field } from "../../ui/field.js";
import { Money } from "../../ui/format.js";
import { useShopText } from "./text.js";

/** By group: how many of each option, or what was typed under the group's own id. */
export type Choices = Record<string, Record<string, string>>;

export function startOf(groups: readonly Group[], now: number): Choices {
  return Object.fromEntries(groups.map(({ id, options }) => [id, Object.fromEntries((options ?? []).filter((one) => one.default && sellable(one, now)).map((one) => [one.id, "1"]))]));
}

const countOf = (chosen: Record<string, string> | undefined) => Object.values(chosen ?? {}).reduce((sum, one) => sum + Number(one), 0);

/** Return what is wrong in a group, as the end of the key of a text. */
export function wrongIn(group: Group, choices: Choices): "min" | "max" | "text" | "range" | null {
  const chosen = choices[group.id];
  if (group.kind === "choice") return countOf(chosen) < group.min ? "min" : countOf(chosen) > group.max ? "max" : null;
  const typed = chosen?.[group.id]?.trim() ?? "";
  if (!typed) return group.min > 0 ? "text" : null;
  const value = Number(typed);
  const outside = group.kind === "measurement" && !(value >= (group.minValue ?? 0) && value <= (group.maxValue ?? Infinity));
  return outside ? "range" : null;
}

/** Return the modifiers of an item, in the order of the groups. */
export function modifiersOf(groups: readonly Group[], choices: Choices): Modifier[] {
  return groups.flatMap((group): Modifier[] => {
    const chosen = choices[group.id] ?? {};
    if (group.kind === "choice") return Object.entries(chosen).filter(([, count]) => Number(count) > 0).map(([optionId, count]) => ({ groupId: group.id, optionId, ...(Number(count) > 1 && { quantity: Number(count) }) }));
    const typed = chosen[group.id]?.trim();
    if (!typed) return [];
    return group.kind === "text" ? [{ groupId: group.id, text: typed }] : [{ groupId: group.id, value: Number(typed), unit: group.unit ?? "cm" }];
  });
}

export function GroupFields({ group, choices, currency, now, checked, onChange }: {
  group: Group;
  choices: Choices;
  currency: string;
  now: number;
  checked: boolean;
  onChange: (choices: Choices) => void;
}): ReactNode {
  const { s } = useShopText();
  const chosen = choices[group.id] ?? {};
  const put = (id: string, value: string | null, alone = false) => {
    const { [id]: _, ...others } = chosen;
    onChange({ ...choices, [group.id]: value === null ? others : alone ? { [id]: value } : { ...others, [id]: value } });
  };
  const wrong = checked ? wrongIn(group, choices) : null;
  const values = { min: group.kind === "measurement" ? (group.minValue ?? 0) : group.min, max: group.kind === "measurement" ? (group.maxValue ?? "") : group.max };
  const error = wrong ? s(`modifier.${wrong}`, values) : undefined;
  if (group.kind !== "choice") {
    const number = group.kind === "measurement";
    return (
      <Field
        label={number ? `${group.name} (${group.unit ?? "cm"})` : group.name}
        {...(number ? { type: "number", inputMode: "decimal" as const, step: group.step ?? "any", min: group.minValue ?? 0, max: group.maxValue ?? undefined } : { maxLength: group.maxLength ?? 500 })}
        value={chosen[group.id] ?? ""}
        error={error}
        onChange={(event) => put(group.id, event.currentTarget.value)}
      />
    );
  }
  const single = group.max === 1;
  return (
    <fieldset className="variants" aria-describedby={error ? `${group.id}-wrong` : undefined}>
      <legend>{group.name} <small className="muted">{group.min > 0 ? s("modifier.need", values) : s("modifier.may", values)}</small></legend>
      {group.options.map((one) => {
        const free = sellable(one, now);
        const count = Number(chosen[one.id] ?? 0);
        return (
          <label key={one.id} className={free ? "variant" : "variant off"}>
            <input
              type={single ? "radio" : "checkbox"}
              name={group.id}
              checked={count > 0}
              disabled={!free}
              onClick={() => single && group.min === 0 && count > 0 && put(one.id, null)}
              onChange={(event) => put(one.id, event.currentTarget.checked ? "1" : null, single)}
            />
            <span>{one.name}{!free && <small> · {s("sold_out")}</small>}</span>
            {count > 0 && one.maxQuantity > 1 && <input type="number" className="filter" aria-label={s("quantity.option", { name: one.name })} min={1} max={one.maxQuantity} value={count} onChange={(event) => put(one.id, String(Math.min(one.maxQuantity, Math.max(1, Number(event.currentTarget.value) || 1))))} />}
            {one.price !== 0 && <span>{one.price > 0 && "+"}<Money amount={one.price} currency={currency} /></span>}
          </label>
        );
      })}
      {error && <small id={`${group.id}-wrong`} role="alert" className="error">{error}</small>}
    </fieldset>
  );
}
