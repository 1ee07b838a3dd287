// A partner's calendar, services and hours.
import "../main.js";
export { CalendarPage } from "../pages/calendar/page.js";
export { HoursPage } from "../pages/calendar/hours.js";
// the hours of a shop have the same fields
export { DAYS, Pairs } from "../pages/calendar/pairs.js";
export { ServicesPage } from "../pages/calendar/services.js";
