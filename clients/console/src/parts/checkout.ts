// Around a cart: a chosen time, saved addresses and measurements, customers at the counter; their texts in both languages.
import "../main.js";
export { AddressesDialog } from "../pages/checkout/book.js";
export { CounterCustomer } from "../pages/checkout/counter.js";
export { SavedAddresses } from "../pages/checkout/addresses.js";
export { Measurements } from "../pages/checkout/measurements.js";
export { Schedule, Scheduled } from "../pages/checkout/schedule.js";
