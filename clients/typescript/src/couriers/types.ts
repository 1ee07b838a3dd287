// What couriers see and do. Before the claim a delivery has no personal data. Amounts are in major units.
import type { Order } from "../errors.js";
import type { Point } from "../shops/types.js";

export type Vehicle = "walk" | "bicycle" | "motorbike" | "car";

export interface Shift {
  courierId: string;
  /** `paused`: no position has come for five minutes, so nothing is offered. */
  state: "on" | "paused" | "off";
  on: boolean;
  vehicle: Vehicle | null;
  since: string | null;
  version: number;
}

export interface ProofNeeded {
  code: boolean;
  photo: boolean;
  signature: boolean;
}

export interface Delivery {
  /** Not the id of the order, which couriers get with the claim. */
  id: string;
  state: "open" | "claimed" | "out" | "delivered" | "ended";
  partner: { id: string; businessName: string; address: Record<string, string | null> | null; location: Point | null } | null;
  dropoff: { city: string | null; postalCode: string | null; location: Point | null };
  /** From the courier's last position to the shop. */
  pickupKm: number | null;
  distanceKm: number | null;
  pay: number;
  tip: number;
  currency: string;
  cashToCollect: number;
  itemCount: number;
  proofNeeded: ProofNeeded;
  wantedAt: string | null;
  /** When the shop has it ready, as far as that is known. */
  readyAt: string | null;
  /** Until when only this courier is asked. Null: the offer stays until it is closed. */
  expiresAt: string | null;
  allowedActions: ("claim" | "decline")[];
  /** After the claim, for its courier, its parties and staff. */
  orderId?: string;
  orderNumber?: string;
  customerInfo?: Partial<Order["customerInfo"]>;
  notes?: string | null;
  courier?: { id: string; firstName: string; vehicle: Vehicle | null } | null;
}

/** A position by the clock of the device. */
export interface Position extends Point {
  at: string;
  accuracy?: number;
  heading?: number;
  speed?: number;
}

export interface ShiftChange {
  on: boolean;
  /** Needed to begin. */
  vehicle?: Vehicle;
  /** Where the courier is. */
  lat?: number | null;
  lng?: number | null;
  expectedVersion?: number;
}

/** What proves that goods were handed over. */
export interface Proof {
  code?: string;
  mediaIds?: string[];
  signatureMediaId?: string;
  signerName?: string;
}

export type DeliveryProblem = "absent" | "wrong_address" | "refused" | "damaged" | "unsafe" | "other";

/** A courier on shift, as partners see it. */
export interface NearCourier {
  id: string;
  firstName: string;
  vehicle: Vehicle;
  distanceKm: number | null;
  activeJobs: number;
  own: boolean;
}

export type KeptActionName = "dispatch" | "deliver";

/** What a courier did and the server does not have yet. */
export interface KeptAction {
  /** The key of the request. */
  id: string;
  orderId: string;
  action: KeptActionName;
  body: Proof & { occurredAt: string };
  state: "sending" | "waiting" | "failed";
  /** Why the server refused it: a code. */
  error: string | null;
}
