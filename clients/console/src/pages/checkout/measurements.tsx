// The saved measurements of a customer: filled into the fields of a product, and saved from them.
import type { Group, MeasurementSet, Shops } from "@metaia/client/shops";
import { useEffect, useState, type ReactNode } from "react";
import { ActionButton } from "../../ui/action.js";
import { Field, Select } from "../../ui/field.js";
import { useCheckoutText } from "./text.js";

const INCH = 2.54; // cm
const MOST = 20; // sets

interface Given {
  client: Shops;
  groups: readonly Group[];
  /** What is in the fields, by group. */
  values: Record<string, string>;
  onFill: (values: Record<string, string>) => void;
}

const folded = (name: string) => name.trim().toLocaleLowerCase();

/** Return what a set has for the groups, by their names and in their units. */
export function filledFrom({ values }: MeasurementSet, groups: readonly Group[]): Record<string, string> {
  const known = new Map(values.map((one) => [folded(one.name), one]));
  return Object.fromEntries(groups.flatMap(({ id, name, unit }) => {
    const found = known.get(folded(name));
    if (!found) return [];
    const value = found.unit === (unit ?? "cm") ? found.value : found.unit === "in" ? found.value * INCH : found.value / INCH;
    return [[id, String(Number(value.toFixed(1)))]];
  }));
}

export function Measurements({ client, groups, values, onFill }: Given): ReactNode {
  const k = useCheckoutText();
  const [sets, setSets] = useState<MeasurementSet[]>([]);
  const [chosen, setChosen] = useState("");
  const [name, setName] = useState("");
  useEffect(() => {
    const stop = new AbortController();
    client.measurements(stop.signal).then(setSets, () => undefined);
    return () => stop.abort();
  }, [client]);
  const typed = groups.flatMap(({ id, name: of, unit }) => (Number(values[id]) > 0 ? [{ name: of, value: Number(values[id]), unit: unit ?? ("cm" as const) }] : []));
  const fitting = sets.filter((one) => Object.keys(filledFrom(one, groups)).length > 0);
  const choose = (id: string) => {
    setChosen(id);
    const set = sets.find((one) => one.id === id);
    if (set) onFill(filledFrom(set, groups));
  };
  const save = async () => {
    const saved = await client.saveMeasurements({ name: name.trim(), values: typed });
    setSets((before) => [...before, saved]);
    setChosen(saved.id);
    setName("");
  };
  return (
    <div className="measurements">
      {fitting.length > 0 && <Select label={k("measurements")} value={chosen} onChange={(event) => choose(event.currentTarget.value)} options={[["", "–"], ...fitting.map((one) => [one.id, one.name] as const)]} />}
      {typed.length > 0 && sets.length < MOST && (
        <details>
          <summary>{k("measurements.save")}</summary>
          <Field label={k("measurements.name")} maxLength={60} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <ActionButton disabled={!name.trim()} action={save} done={k("saved")}>{k("measurements.save")}</ActionButton>
        </details>
      )}
    </div>
  );
}
