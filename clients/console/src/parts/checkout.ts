// Around a cart: a chosen time, saved addresses and measurements; their texts in both languages.
import "../main.js";
export { AddressesDialog } from "../pages/checkout/book.js";
export { SavedAddresses } from "../pages/checkout/addresses.js";
export { Measurements } from "../pages/checkout/measurements.js";
export { Schedule, Scheduled } from "../pages/checkout/schedule.js";
