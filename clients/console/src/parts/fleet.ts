// Own couriers of a partner, and the partners of a courier; their texts in both languages.
import "../main.js";
export { Fleet } from "../pages/fleet/fleet.js";
export { OwnFleets } from "../pages/fleet/own.js";
