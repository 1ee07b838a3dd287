// The form of a group of modifiers: options to choose, a text, or a measurement.
import type { ModifierGroup, Option } from "@metaia/client/catalogue";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/text.js";
import { ActionButton } from "../../ui/action.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, Select } from "../../ui/field.js";
import { Icon } from "../../ui/icon.js";
import { numberOf, textOf, useCatalogueClient } from "./data.js";
import { useCatalogueText } from "./text.js";

const KINDS = ["choice", "text", "measurement"] as const;
const UNITS = [["cm", "cm"], ["in", "in"]] as const;
const MOST_OPTIONS = 100;

interface OptionDraft {
  key: number;
  id?: string;
  name: string;
  price: string;
  maxQuantity: string;
  /** What the form does not show, but must send. */
  kept?: Pick<Option, "default" | "available" | "soldOutUntil">;
}

let last = 0;
const emptyOption = (): OptionDraft => ({ key: ++last, name: "", price: "0", maxQuantity: "1" });

export function GroupDialog({ group, currency, onClose, onDone }: { group: ModifierGroup | null; currency: string; onClose: () => void; onDone: () => void }): ReactNode {
  const { t } = useText();
  const { c, named } = useCatalogueText();
  const client = useCatalogueClient();
  const [name, setName] = useState(group?.name ?? "");
  const [kind, setKind] = useState(group?.kind ?? "choice");
  const [numbers, setNumbers] = useState<Record<string, string>>(() => ({
    min: textOf(group?.min ?? 0), max: textOf(group?.max ?? 1), maxLength: textOf(group?.maxLength ?? 100),
    minValue: textOf(group?.minValue ?? 10), maxValue: textOf(group?.maxValue ?? 200), step: textOf(group?.step ?? 0.5), price: textOf(group?.price ?? 0),
  }));
  const [unit, setUnit] = useState<"cm" | "in">(group?.unit ?? "cm");
  const [options, setOptions] = useState<OptionDraft[]>(() => group?.options.map(({ id, name: label, price, maxQuantity, default: chosen, available, soldOutUntil }) => ({ key: ++last, id, kept: { default: chosen, available, soldOutUntil: soldOutUntil ?? null }, name: label, price: String(price), maxQuantity: String(maxQuantity) })) ?? [emptyOption()]);
  const value = (field: string) => numberOf(numbers[field] ?? "") ?? NaN;
  const bounds = value("min") >= 0 && value("max") >= Math.max(1, value("min"));
  const inside = kind === "choice" ? options.length > 0 && options.every((one) => one.name.trim() && Number.isFinite(Number(one.price)) && Number(one.maxQuantity) >= 1)
    : kind === "text" ? value("maxLength") >= 1 && value("maxLength") <= 500 : value("maxValue") > value("minValue");
  const send = async () => {
    const chosen = options.map(({ id, name: label, price, maxQuantity, kept }) => ({ ...kept, ...(id && { id }), name: label.trim(), price: Number(price), maxQuantity: Number(maxQuantity) }));
    const rest = kind === "choice" ? { options: chosen }
      : kind === "text" ? { maxLength: value("maxLength"), price: value("price") }
      : { unit, minValue: value("minValue"), maxValue: value("maxValue"), step: value("step"), price: value("price") };
    await client.groups.save({ name: name.trim(), ...(!group && { kind }), min: value("min"), max: value("max"), ...rest }, group ?? undefined);
    onDone();
  };
  const remove = async () => {
    await client.groups.remove(group!.id);
    onDone();
  };
  const number = (field: string, label: string) => <Field label={label} type="number" inputMode="decimal" step="any" value={numbers[field]} onChange={(event) => setNumbers({ ...numbers, [field]: event.currentTarget.value })} />;
  const put = (key: number, given: Partial<OptionDraft>) => setOptions((before) => before.map((one) => (one.key === key ? { ...one, ...given } : one)));
  return (
    <Dialog
      title={group?.name ?? c("group.new")}
      onClose={onClose}
      actions={<><Button onClick={onClose}>{t("back")}</Button>{group && <ActionButton kind="danger" action={remove} done={c("removed")}>{c("remove")}</ActionButton>}<ActionButton kind="primary" disabled={!name.trim() || !bounds || !inside} action={send} done={c("saved")}>{c("save")}</ActionButton></>}
    >
      <Field label={c("name")} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
      <Select label={c("group.kind")} value={kind} disabled={!!group} onChange={(event) => setKind(event.currentTarget.value as typeof kind)} options={KINDS.map((one) => [one, named("group.kind", one)] as const)} />
      <div className="two">{number("min", c("group.min"))}{number("max", c("group.max"))}</div>
      {kind === "text" && <div className="two">{number("maxLength", c("group.length"))}{number("price", c("price.in", { currency }))}</div>}
      {kind === "measurement" && (
        <div className="two">
          <Select label={c("group.unit")} value={unit} onChange={(event) => setUnit(event.currentTarget.value as typeof unit)} options={UNITS} />
          {number("step", c("group.step"))}{number("minValue", c("group.least"))}{number("maxValue", c("group.most"))}{number("price", c("price.in", { currency }))}
        </div>
      )}
      {kind === "choice" && (
        <>
          {options.map((one, index) => (
            <div key={one.key} className="option-line" role="group" aria-label={c("option", { number: index + 1 })}>
              <Field label={c("name")} value={one.name} maxLength={100} onChange={(event) => put(one.key, { name: event.currentTarget.value })} />
              <Field label={c("option.price")} type="number" step="any" value={one.price} onChange={(event) => put(one.key, { price: event.currentTarget.value })} />
              <Field label={c("option.most")} type="number" min={1} step={1} value={one.maxQuantity} onChange={(event) => put(one.key, { maxQuantity: event.currentTarget.value })} />
              <Button kind="quiet" aria-label={c("option.remove", { number: index + 1 })} onClick={() => setOptions(options.filter((other) => other.key !== one.key))}><Icon name="close" /></Button>
            </div>
          ))}
          {options.length < MOST_OPTIONS && <p><Button onClick={() => setOptions([...options, emptyOption()])}>{c("option.add")}</Button></p>}
        </>
      )}
    </Dialog>
  );
}
