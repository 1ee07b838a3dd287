// A round while it is typed, and what is sent of it.
import type { NewItem, Offer, PaymentTerms, Round, Terms } from "@metaia/client/offers";

export interface Line {
  key: number;
  name: string;
  quantity: string;
  /** The least that may be accepted; empty: all. */
  least: string;
  unit: string;
  /** Empty: a price is asked for. */
  price: string;
}

export interface Draft {
  lines: Line[];
  currency: string;
  /** The price of all; empty: the sum of the items. */
  total: string;
  deliverBy: string;
  paymentTerms: PaymentTerms | "";
  notes: string;
  /** The last day on which it is valid; empty: the server's default. */
  validUntil: string;
  message: string;
}

export const PAYMENT_TERMS: readonly PaymentTerms[] = ["prepaid", "on_delivery", "net15", "net30", "net60"];
export const MOST_ITEMS = 100;
const MOST_PIECES = 10_000;
let last = 0;

export const emptyLine = (): Line => ({ key: ++last, name: "", quantity: "1", least: "", unit: "", price: "" });

export const emptyDraft = (currency: string): Draft => ({ lines: [emptyLine()], currency, total: "", deliverBy: "", paymentTerms: "", notes: "", validUntil: "", message: "" });

/** The present round of an offer, to be changed. */
export function draftOf({ items, currency, adjustment, total, terms }: Offer): Draft {
  const lines = items.map(({ name, quantity, minQuantity, unit, price }) => ({
    key: ++last,
    name,
    quantity: String(quantity),
    least: minQuantity === quantity ? "" : String(minQuantity),
    unit: unit ?? "",
    price: price === null ? "" : String(price),
  }));
  const { deliverBy, paymentTerms, notes } = terms;
  return { ...emptyDraft(currency), lines, total: adjustment && total !== null ? String(total) : "", deliverBy: deliverBy ?? "", paymentTerms: paymentTerms ?? "", notes: notes ?? "" };
}

const whole = (text: string, least: number, most: number) => /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
const amount = (text: string) => text.trim() === "" || Number(text) >= 0;

/** The first thing that is wrong with a draft, or null. */
export function wrongIn({ lines, total }: Draft): "name" | "quantity" | "least" | "price" | "total" | null {
  for (const { name, quantity, least, price } of lines) {
    if (!name.trim()) return "name";
    if (!whole(quantity, 1, MOST_PIECES)) return "quantity";
    if (least && !whole(least, 0, Number(quantity))) return "least";
    if (!amount(price)) return "price";
  }
  return amount(total) ? null : "total";
}

/** The sum of the items, or null while a price is missing. */
export function sumOf({ lines }: Draft): number | null {
  if (lines.some(({ price }) => price.trim() === "")) return null;
  return Math.round(lines.reduce((sum, { quantity, price }) => sum + Number(quantity) * Number(price), 0) * 1000) / 1000;
}

/** What is sent: all of the round. */
export function roundOf(draft: Draft): Round & { items: NewItem[] } {
  const { lines, total, deliverBy, paymentTerms, notes, validUntil, message } = draft;
  const terms: Terms = { deliverBy: deliverBy || null, paymentTerms: paymentTerms || null, notes: notes.trim() || null };
  const items = lines.map(({ name, quantity, least, unit, price }) => ({
    name: name.trim(),
    quantity: Number(quantity),
    ...(least && { minQuantity: Number(least) }),
    ...(unit.trim() && { unit: unit.trim() }),
    ...(price.trim() && { price: Number(price) }),
  }));
  const priced = sumOf(draft) !== null;
  return {
    items,
    terms,
    ...(priced && (total.trim() ? { total: Number(total) } : { adjustment: 0 })),
    ...(validUntil && { validUntil }),
    ...(message.trim() && { message: message.trim() }),
  };
}
