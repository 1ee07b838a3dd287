// Figures of the marketplace for staff, and those of one's own shop for partners.
import type { Metaia } from "../metaia.js";

export type FigureSet = "orders" | "durations" | "revenue" | "users" | "engagement" | "retention" | "partners" | "couriers";
export type GroupBy = "hour" | "day" | "week" | "month";
/** Amounts in major units by currency. They are never added up over currencies. */
export type Amounts = Record<string, number>;
export type FigureValue = number | null | Amounts;
export type FigureValues = Record<string, FigureValue>;

export interface FigurePeriod {
  /** The first and the last day in the zone `tz`, both included: `2026-11-01`. */
  from: string;
  to: string;
  tz?: string;
  currency?: string;
  groupBy?: GroupBy;
  /** Of retention. */
  by?: "week" | "month";
  limit?: number;
}

export interface FigureBucket {
  bucket: string;
  start: string;
  end: string;
  values: FigureValues;
  /** False while the bucket is not over. */
  complete: boolean;
}

export interface FigureMeta {
  asOf: { at: string; position: number };
  tz: string;
  currency: string | null;
  definitions: number;
  lagSeconds: number;
  rebuilding: { done: number; of: number } | null;
}

export interface Figures {
  series: FigureBucket[];
  totals: FigureValues;
  compare: { series: FigureBucket[]; totals: FigureValues } | null;
  /** Of rankings and of retention. */
  rows: Record<string, unknown>[] | null;
}

export interface DrillRef {
  set: FigureSet;
  value: string;
  from: string;
  to: string;
  tz: string;
}

export interface DrillItem {
  type: "order" | "user" | "posting";
  id: string;
  at: string;
  title: string | null;
  amount: number | null;
  currency: string | null;
  href: string | null;
}

export interface DashboardCard {
  key: string;
  unit: "count" | "money" | "seconds" | "number";
  value: FigureValue;
  /** Of the same part of yesterday. */
  previous: FigureValue;
  changePercent: number | null | Record<string, number | null>;
  asOf: string;
  drill: DrillRef | null;
}

export interface Dashboard {
  cards: DashboardCard[];
  attention: { key: string; count: number; oldestAt: string | null; href: string | null }[];
}

export interface Definition {
  set: FigureSet;
  value: string;
  unit: string;
  timeAxis: string;
  sentence: string;
  formula: string;
  sources: string[];
  additive: boolean;
  drill: boolean;
}

export interface Analytics {
  /** For staff. */
  dashboard(query?: { tz?: string; currency?: string }, signal?: AbortSignal): Promise<{ dashboard: Dashboard; meta: FigureMeta }>;
  /** A set of figures: of the marketplace for staff, of one's own shop for partners. */
  figures(set: FigureSet, period: FigurePeriod & { compare?: "previous" | "year" }, signal?: AbortSignal): Promise<{ figures: Figures; meta: FigureMeta }>;
  /** What is behind a value; `count` is the value itself, or how many objects an amount is the sum of. */
  drill(
    set: FigureSet,
    period: FigurePeriod & { value: string; bucket?: string; cursor?: string },
    signal?: AbortSignal,
  ): Promise<{ items: DrillItem[]; count: number; sums: Amounts; nextCursor: string | null }>;
  definitions(signal?: AbortSignal): Promise<Definition[]>;
}

const STAFF = ["support", "admin", "super_admin"];
const made = new WeakMap<Metaia, Analytics>();

/** Return the figures of a client: the same object each time. */
export function analyticsOf(metaia: Metaia): Analytics {
  const known = made.get(metaia) ?? createAnalytics(metaia);
  made.set(metaia, known);
  return known;
}

function createAnalytics({ rest, auth }: Metaia): Analytics {
  const base = () => (STAFF.includes(auth.user?.role ?? "") ? "/api/admin/analytics" : "/api/analytics");
  const get = (path: string, query: object, signal?: AbortSignal): Promise<any> => rest.send("get", path, { query: { ...query }, signal });
  return {
    async dashboard(query = {}, signal) {
      const { data, meta } = await get("/api/admin/dashboard", query, signal);
      return { dashboard: data.dashboard, meta };
    },
    async figures(set, period, signal) {
      const { data, meta } = await get(`${base()}/${set}`, period, signal);
      return { figures: data.analytics, meta };
    },
    async drill(set, period, signal) {
      const { data, meta } = await get(`${base()}/${set}/drill`, period, signal);
      return { items: data.items, count: meta.count, sums: meta.sums, nextCursor: meta.nextCursor };
    },
    definitions: async (signal) => (await get("/api/admin/analytics/definitions", {}, signal)).data.definitions,
  };
}
