// What the pages of a partner read: the catalogue, the profile. They are read again after each change.
import { catalogueOf, type Catalogue, type ModifierGroup, type OwnShop, type Product, type Section, type TaxRate } from "@metaia/client/catalogue";
import type { MetaiaError } from "@metaia/client";
import { useMetaia, useUser } from "@metaia/client/react";
import { useCallback, useEffect, useState } from "react";

const PAGE = 100;
const SOON = 400; // ms: one change of the menu is often several

export const useCatalogueClient = (): Catalogue => catalogueOf(useMetaia());

export interface Found<T> {
  /** Undefined until the first answer. */
  data: T | undefined;
  error: MetaiaError | null;
  reload(): void;
}

/** What `load` returns, read again on demand. */
export function useFound<T>(load: (signal: AbortSignal) => Promise<T>): Found<T> {
  const [found, setFound] = useState<{ data: T | undefined; error: MetaiaError | null }>({ data: undefined, error: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    load(stop.signal).then(
      (data) => stop.signal.aborted || setFound({ data, error: null }),
      (error: MetaiaError) => stop.signal.aborted || setFound((before) => ({ ...before, error })),
    );
    return () => stop.abort();
  }, [load, asked]);
  return { ...found, reload: useCallback(() => setAsked((before) => before + 1), []) };
}

/** The user's own shop; null without a profile. */
export function useOwnShop(): Found<OwnShop | null> {
  const client = useCatalogueClient();
  return useFound(useCallback((signal: AbortSignal) => client.shop.get(signal), [client]));
}

export interface Contents {
  sections: Section[];
  groups: ModifierGroup[];
  taxes: TaxRate[];
  products: Product[];
}

/** All that the partner's catalogue has, live: what another device changes is read again. */
export function useContents(): Found<Contents> {
  const client = useCatalogueClient();
  const partnerId = useUser()?.id;
  const load = useCallback(async (signal: AbortSignal): Promise<Contents> => {
    const [sections, groups, taxes, offered, others] = await Promise.all([
      client.sections.list(partnerId!, signal), client.groups.list(partnerId!, signal), client.taxes.list(partnerId!, signal), allProducts(client, partnerId!, true, signal), allProducts(client, partnerId!, false, signal),
    ]);
    const products = [...offered, ...others].sort((one, other) => one.position - other.position || one.name.localeCompare(other.name));
    return { sections, groups, taxes, products };
  }, [client, partnerId]);
  const found = useFound(load);
  const { reload } = found;
  useEffect(() => {
    if (!partnerId) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = client.watch(partnerId, () => {
      clearTimeout(timer);
      timer = setTimeout(reload, SOON);
    });
    return () => (clearTimeout(timer), end());
  }, [client, partnerId, reload]);
  return found;
}

async function allProducts(client: Catalogue, partnerId: string, active: boolean, signal: AbortSignal): Promise<Product[]> {
  const all: Product[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Catalogue["products"]>> = await client.products({ partnerId, active, limit: PAGE, ...(cursor && { cursor }) }, signal);
    all.push(...page.products);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

/** Return the number that was typed; null for nothing, NaN for what is no number. */
export const numberOf = (text: string): number | null => (text.trim() ? Number(text) : null);
export const textOf = (value: number | null | undefined): string => (value == null ? "" : String(value));
