// Own fleets: a partner invites couriers by address and withdraws invitations; couriers agree, decline, and leave.
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";
import { createUnanswered } from "../unanswered.js";

/** A courier of the own fleet. An invited one is listed once it has agreed. */
export interface FleetCourier {
  courierId: string;
  firstName: string;
  state: "invited" | "active";
  since: string;
}

/** A partner for which the courier works, or that has invited it. */
export interface FleetOf {
  partnerId: string;
  name: string;
  state: "invited" | "active";
}

export interface Fleets {
  /** The couriers of the own fleet; for partners, as the next three. */
  list(signal?: AbortSignal): Promise<FleetCourier[]>;
  /** Invite the courier with an address. An address without a courier is no error, so that accounts stay private. */
  invite(email: string): Promise<FleetCourier[]>;
  /** Take an open invitation back; no error without one. A courier that has agreed stays. */
  withdraw(email: string): Promise<FleetCourier[]>;
  remove(courierId: string): Promise<FleetCourier[]>;
  /** The partners of the courier; for couriers, as the next two. */
  own(signal?: AbortSignal): Promise<FleetOf[]>;
  agree(partnerId: string): Promise<FleetOf[]>;
  /** Leave a fleet, or decline an invitation. */
  leave(partnerId: string): Promise<FleetOf[]>;
  /** Call `changed` after changes of others and of other devices, until the returned function is called. */
  watch(changed: () => void): () => void;
}

const PARTNER = "/api/partners/me/couriers";
const COURIER = "/api/couriers/me/fleets";

export function fleetsOf({ rest, on }: Metaia): Fleets {
  const unanswered = createUnanswered();
  const again = () => ({ key: randomId(platformRandom) }); // these may be sent again
  const post = async (path: "/api/partners/me/couriers" | "/api/partners/me/couriers/withdraw", email: string) =>
    (await unanswered.run([path, email], (key) => rest.send("post", path, { body: { email }, key }))).data.couriers;
  return {
    list: async (signal) => (await rest.send("get", PARTNER, { signal })).data.couriers,
    invite: (email) => post(PARTNER, email),
    withdraw: (email) => post(`${PARTNER}/withdraw`, email),
    remove: async (id) => (await rest.send("delete", `${PARTNER}/${id}`, again())).data.couriers,
    own: async (signal) => (await rest.send("get", COURIER, { signal })).data.fleets,
    agree: async (id) => (await rest.send("put", `${COURIER}/${id}`, again())).data.fleets,
    leave: async (id) => (await rest.send("delete", `${COURIER}/${id}`, again())).data.fleets,
    watch: (changed) => on("fleet:changed", changed),
  };
}
