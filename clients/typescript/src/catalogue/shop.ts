// A partner's own shop: the profile, hours, delivery, pauses.
import type { Rest } from "../http.js";
import { createUnanswered } from "../unanswered.js";
import type { OwnShop } from "./types.js";

export interface ShopProfile {
  /** Null: the partner has no profile yet. */
  get(signal?: AbortSignal): Promise<OwnShop | null>;
  /** Create the profile, or change the fields that are given. */
  save(profile: object, version?: number): Promise<OwnShop>;
  saveHours(hours: object): Promise<OwnShop>;
  saveDelivery(delivery: object): Promise<OwnShop>;
  /** Accept no orders until `until`, or for `minutes`. */
  pause(pause: { until?: string; minutes?: number; reason?: string }): Promise<OwnShop>;
  /** Take orders again, submit a draft, hide the shop, or show it again: what `allowedActions` has. */
  act(action: "resume" | "submit" | "hide" | "show"): Promise<OwnShop>;
}

const ME = "/api/partners/me";

/** Return the functions on the user's own shop. */
export function createProfile(rest: Rest): ShopProfile {
  const unanswered = createUnanswered();

  async function send(method: "put" | "patch" | "post", path: string, body: object): Promise<OwnShop> {
    return (await unanswered.run([method, path, body], (key) => rest.send(method, path, { body, key }))).data.partner;
  }
  return {
    async get(signal) {
      try {
        return (await rest.send("get", ME, { signal })).data.partner ?? null;
      } catch (error) {
        if ((error as { status?: number }).status === 404) return null;
        throw error;
      }
    },
    save: (profile, version) => (version === undefined ? send("put", ME, profile) : send("patch", ME, { ...profile, expectedVersion: version })),
    saveHours: (hours) => send("put", `${ME}/hours`, hours),
    saveDelivery: (delivery) => send("put", `${ME}/delivery`, delivery),
    pause: (pause) => send("post", `${ME}/pause`, pause),
    act: (action) => send("post", `${ME}/${action}`, {}),
  };
}
