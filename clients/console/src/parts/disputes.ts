// Disputes, and settlements compared with our books; their texts in both languages.
import "../main.js";
export { DisputePage } from "../pages/disputes/one.js";
export { DisputesPage } from "../pages/disputes/list.js";
export { OwnDisputes } from "../pages/disputes/own.js";
export { SettlementsPage } from "../pages/disputes/settlements.js";
