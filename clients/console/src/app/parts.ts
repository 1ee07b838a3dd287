// The parts that load on demand. build.mjs has a line for each.
import type { Part } from "./part.js";

export const staff: Part<typeof import("../parts/staff.js")> = { name: "staff", load: () => import("../parts/staff.js") };
export const theatre: Part<typeof import("../parts/theatre.js")> = { name: "theatre", load: () => import("../parts/theatre.js") };
export const files: Part<typeof import("../parts/files.js")> = { name: "files", load: () => import("../parts/files.js") };
export const money: Part<typeof import("../parts/money.js")> = { name: "money", load: () => import("../parts/money.js") };
export const payments: Part<typeof import("../parts/payments.js")> = { name: "payments", load: () => import("../parts/payments.js") };
export const bookings: Part<typeof import("../parts/bookings.js")> = { name: "bookings", styled: true, load: () => import("../parts/bookings.js") };
export const calendar: Part<typeof import("../parts/calendar.js")> = { name: "calendar", load: () => import("../parts/calendar.js") };
export const disputes: Part<typeof import("../parts/disputes.js")> = { name: "disputes", load: () => import("../parts/disputes.js") };
export const payouts: Part<typeof import("../parts/payouts.js")> = { name: "payouts", load: () => import("../parts/payouts.js") };
export const preferences: Part<typeof import("../parts/preferences.js")> = { name: "preferences", load: () => import("../parts/preferences.js") };
export const planning: Part<typeof import("../parts/planning.js")> = { name: "planning", load: () => import("../parts/planning.js") };
export const cash: Part<typeof import("../parts/cash.js")> = { name: "cash", load: () => import("../parts/cash.js") };
export const chat: Part<typeof import("../parts/chat.js")> = { name: "chat", styled: true, load: () => import("../parts/chat.js") };
export const offers: Part<typeof import("../parts/offers.js")> = { name: "offers", styled: true, load: () => import("../parts/offers.js") };
export const groups: Part<typeof import("../parts/groups.js")> = { name: "groups", load: () => import("../parts/groups.js") };
export const restrictions: Part<typeof import("../parts/restrictions.js")> = { name: "restrictions", load: () => import("../parts/restrictions.js") };
export const desk: Part<typeof import("../parts/desk.js")> = { name: "desk", load: () => import("../parts/desk.js") };
export const shops: Part<typeof import("../parts/shops.js")> = { name: "shops", styled: true, load: () => import("../parts/shops.js") };
export const catalogue: Part<typeof import("../parts/catalogue.js")> = { name: "catalogue", styled: true, load: () => import("../parts/catalogue.js") };
export const storefront: Part<typeof import("../parts/storefront.js")> = { name: "storefront", styled: true, load: () => import("../parts/storefront.js") };
export const checkout: Part<typeof import("../parts/checkout.js")> = { name: "checkout", load: () => import("../parts/checkout.js") };
export const fleet: Part<typeof import("../parts/fleet.js")> = { name: "fleet", load: () => import("../parts/fleet.js") };
export const courier: Part<typeof import("../parts/courier.js")> = { name: "courier", styled: true, load: () => import("../parts/courier.js") };
export const endpoints: Part<typeof import("../parts/endpoints.js")> = { name: "endpoints", load: () => import("../parts/endpoints.js") };
export const parcels: Part<typeof import("../parts/parcels.js")> = { name: "parcels", load: () => import("../parts/parcels.js") };
export const oversight: Part<typeof import("../parts/oversight.js")> = { name: "oversight", load: () => import("../parts/oversight.js") };
