// Shipments: the parcels of orders, their scans, and what carriers there are.
import type { Schemas } from "../generated/events.js";
import type { Metaia } from "../metaia.js";
import { platformRandom, randomId } from "../random.js";

/** A parcel with its scans, in the order of the carrier's times. */
export type Shipment = Schemas["ShipmentOut"];
export type ShipmentScan = Schemas["ScanOut"];
export type ShipmentStatus = Shipment["status"];
export type Carrier = Schemas["ParcelCarrierOut"];
/** A parcel as anyone with its link sees it. */
export type TrackedShipment = Schemas["TrackedShipment"];

export interface NewShipment {
  /** Of a carrier. */
  slug: string;
  trackingCode: string;
  /** How many of which items of the order are in the parcel. */
  items?: { index: number; quantity: number }[];
  estimatedDelivery?: string;
  /** Grams. */
  weight?: number;
}

export interface NewScan {
  status: Exclude<ShipmentStatus, "label" | "cancelled">;
  /** When it happened. */
  at: string;
  location?: { city?: string; region?: string; country?: string; lat?: number; lng?: number };
  note?: string;
}

export interface ShipmentFilter {
  state?: ShipmentStatus[];
  slug?: string;
  orderId?: string;
  late?: boolean;
  stale?: boolean;
  /** A tracking code or an order number. */
  q?: string;
  limit?: number;
  cursor?: string;
}

export interface Shipments {
  carriers(signal?: AbortSignal): Promise<Carrier[]>;
  /** The parcels of an order, the oldest first. */
  ofOrder(orderId: string, signal?: AbortSignal): Promise<Shipment[]>;
  /** A page of the parcels of one's orders, newest first; staff get all. */
  list(filter?: ShipmentFilter, signal?: AbortSignal): Promise<{ shipments: Shipment[]; nextCursor: string | null }>;
  get(id: string, signal?: AbortSignal): Promise<Shipment>;
  /** Add a parcel to an order. Rejects with `tracking_code_in_use` for a code that another parcel has. */
  add(orderId: string, shipment: NewShipment, key?: string): Promise<Shipment>;
  /** Correct a parcel that is not on its way. */
  change(id: string, body: { trackingCode?: string; estimatedDelivery?: string | null; expectedVersion?: number }): Promise<Shipment>;
  cancel(id: string): Promise<Shipment>;
  /** State a scan, for the carrier `manual`. */
  scan(id: string, scan: NewScan, key?: string): Promise<Shipment>;
  /** Ask the carrier now, at most once a minute. */
  refresh(id: string): Promise<Shipment>;
  /** A parcel by the token of its public page. Needs no login. */
  track(token: string, signal?: AbortSignal): Promise<TrackedShipment>;
}

const LIST = "/api/shipments";
const made = new WeakMap<Metaia, Shipments>();

/** Return the shipments of a client: the same object each time. */
export function shipmentsOf(metaia: Metaia): Shipments {
  const known = made.get(metaia) ?? createShipments(metaia);
  made.set(metaia, known);
  return known;
}

function createShipments({ rest }: Metaia): Shipments {
  const one = (id: string) => ({ path: { shipment_id: id } });
  const key = () => randomId(platformRandom);
  return {
    carriers: async (signal) => (await rest.send("get", "/api/carriers", { signal })).data.carriers,
    ofOrder: async (orderId, signal) => (await rest.send("get", "/api/orders/{order_id}/shipments", { path: { order_id: orderId }, signal })).data.shipments,
    async list({ state, ...filter } = {}, signal) {
      const { data, meta } = await rest.send("get", LIST, { query: { ...filter, ...(state && { state: state.join(",") }) }, signal });
      return { shipments: data.shipments, nextCursor: meta.nextCursor ?? null };
    },
    get: async (id, signal) => (await rest.send("get", `${LIST}/{shipment_id}`, { ...one(id), signal })).data.shipment,
    add: async (orderId, shipment, own = key()) => (await rest.send("post", "/api/orders/{order_id}/shipments", { path: { order_id: orderId }, body: shipment, key: own })).data.shipment,
    change: async (id, body) => (await rest.send("patch", `${LIST}/{shipment_id}`, { ...one(id), body, key: key() })).data.shipment,
    cancel: async (id) => (await rest.send("post", `${LIST}/{shipment_id}/cancel`, { ...one(id), body: {}, key: key() })).data.shipment,
    scan: async (id, scan, own = key()) => (await rest.send("post", `${LIST}/{shipment_id}/scans`, { ...one(id), body: scan, key: own })).data.shipment,
    refresh: async (id) => (await rest.send("post", `${LIST}/{shipment_id}/refresh`, one(id))).data.shipment,
    track: async (token, signal) => (await rest.send("get", "/api/track/{tracking_token}", { path: { tracking_token: token }, signal, auth: false })).data.tracking,
  };
}

/** A scan with a place on the map, drawn into a box of 1 × 1: `x` to the east, `y` to the south. */
export interface MapPoint {
  x: number;
  y: number;
  scan: ShipmentScan;
}

/** Return the scans that have coordinates as points of a map, in the order of their times; [] with none. */
export function mapPoints(scans: readonly ShipmentScan[]): MapPoint[] {
  const placed = scans.flatMap((scan) => {
    const { lat, lng } = scan.location ?? {};
    return lat == null || lng == null ? [] : [{ lat, lng, scan }];
  });
  if (!placed.length) return [];
  const middle = placed.reduce((sum, { lat }) => sum + lat, 0) / placed.length;
  const narrow = Math.cos((middle * Math.PI) / 180); // a degree of longitude is shorter away from the equator
  const [xs, ys] = [placed.map(({ lng }) => lng * narrow), placed.map(({ lat }) => -lat)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const size = Math.max(width, height) || 1;
  return placed.map(({ scan }, index) => ({
    x: (xs[index]! - left + (size - width) / 2) / size,
    y: (ys[index]! - top + (size - height) / 2) / size,
    scan,
  }));
}
