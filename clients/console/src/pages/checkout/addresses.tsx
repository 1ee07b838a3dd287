// A saved address of the customer, for this order: its text, place and instructions.
import type { SavedAddress } from "@metaia/client/shops";
import type { ReactNode } from "react";
import { Select } from "../../ui/field.js";
import { useCheckoutText } from "./text.js";

export function SavedAddresses({ addresses, chosen, onChoose }: {
  addresses: readonly SavedAddress[];
  /** The id of the one whose address is in the form. */
  chosen: string | undefined;
  onChoose: (address: SavedAddress | null) => void;
}): ReactNode {
  const k = useCheckoutText();
  if (!addresses.length) return null;
  const options = addresses.map((one) => [one.id, `${one.label}: ${one.address}`.slice(0, 80)] as const);
  return <Select label={k("saved.address")} value={chosen ?? ""} onChange={(event) => onChoose(addresses.find(({ id }) => id === event.currentTarget.value) ?? null)} options={[["", k("other")], ...options]} />;
}
