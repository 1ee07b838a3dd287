// The search across domains: one text, objects of all types that the user may see.
import type { Schemas } from "../generated/events.js";
import type { Metaia } from "../metaia.js";

export type SearchResults = Schemas["SearchOut"];
export type SearchResult = Schemas["ResultOut"];
export type SearchHit = Schemas["HitOut"];

export interface SearchOptions {
  /** All by default. */
  types?: readonly string[];
  /** Of each type. */
  limit?: number;
}

/** Search by an id, a number, an address, a code, or by beginnings of words. `incomplete` has the types that took too long. */
export async function searchAll({ rest }: Metaia, q: string, { types, limit }: SearchOptions = {}, signal?: AbortSignal): Promise<SearchResults> {
  const query = { q, ...(types && { types: types.join() }), ...(limit && { limit }) };
  return (await rest.send("get", "/api/search", { query, signal })).data.search;
}
