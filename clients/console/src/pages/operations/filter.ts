// The filters of a list as those of an operation, and the fields that each action has.
import type { Instruction, Kind } from "@metaia/client/operations";

export type ListFilter = Record<string, string>;
type Field = "rejectReason" | "delivery" | "title" | "message";

export const ACTIONS = {
  orders: ["cancel", "reject", "assign", "complete", "note", "export"],
  users: ["disable", "enable", "end-sessions", "verify-email", "notify", "export"],
} as const;

/** The parameters of each action; a `?` marks what may be left out. */
const FIELDS: Partial<Record<string, readonly (Field | "message?")[]>> = {
  cancel: ["message?"],
  reject: ["rejectReason", "message?"],
  assign: ["delivery", "message?"],
  complete: ["message?"],
  note: ["message"],
  notify: ["title", "message"],
};

export function fieldsOf(action: string): { name: Field; needed: boolean }[] {
  return (FIELDS[action] ?? []).map((one) => ({ name: one.replace("?", "") as Field, needed: !one.endsWith("?") }));
}

/** Without a filter all rows are meant, which must be written. */
export function filterOf(kind: Kind, list: ListFilter): NonNullable<Instruction["filter"]> {
  const given = Object.entries(list).filter(([, value]) => value !== "");
  if (!given.length) return { all: true };
  const value = (name: string, text: string) => (name === "active" ? text === "true" : kind === "orders" && name === "status" ? [text] : text);
  return Object.fromEntries(given.map(([name, text]) => [name, value(name, text)]));
}
