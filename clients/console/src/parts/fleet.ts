// The pool of couriers: deliveries that are open, own couriers of a partner, partners of a courier; their texts in both
// languages.
import "../main.js";
export { Fleet } from "../pages/fleet/fleet.js";
export { OpenDelivery } from "../pages/fleet/offer.js";
export { ReasonDialog } from "../pages/fleet/reason.js";
export { OwnFleets } from "../pages/fleet/own.js";
