// What a customer keeps for the next order: addresses, and measurements for a tailor.
import type { Rest } from "../http.js";
import { createUnanswered } from "../unanswered.js";
import type { MeasurementSet, NewAddress, SavedAddress } from "./types.js";

export interface Saved {
  addresses(signal?: AbortSignal): Promise<SavedAddress[]>;
  /** Save a new address, or change the one with `id`. */
  saveAddress(address: NewAddress, id?: string): Promise<SavedAddress>;
  removeAddress(id: string): Promise<void>;
  measurements(signal?: AbortSignal): Promise<MeasurementSet[]>;
  saveMeasurements(set: Pick<MeasurementSet, "name" | "values">, id?: string): Promise<MeasurementSet>;
  removeMeasurements(id: string): Promise<void>;
}

/** Return the functions on what the user keeps. */
export function createSaved(rest: Rest): Saved {
  const unanswered = createUnanswered();

  async function save(kind: string, body: object, id?: string): Promise<any> {
    const [method, path] = id ? (["patch", `${kind}/${id}`] as const) : (["post", kind] as const);
    return (await unanswered.run([method, path, body], (key) => rest.send(method, path, { body, key }))).data;
  }
  return {
    addresses: async (signal) => (await rest.send("get", "/api/addresses", { signal })).data.addresses,
    saveAddress: async (address, id) => (await save("/api/addresses", address, id)).address,
    removeAddress: async (id) => void (await rest.send("delete", `/api/addresses/${id}`)),
    measurements: async (signal) => (await rest.send("get", "/api/measurements", { signal })).data.measurements,
    saveMeasurements: async (set, id) => (await save("/api/measurements", set, id)).measurements,
    removeMeasurements: async (id) => void (await rest.send("delete", `/api/measurements/${id}`)),
  };
}
