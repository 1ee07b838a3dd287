// Bookings: free times, booking, moving, cancelling; their texts in both languages.
import "../main.js";
export { bookingsOf } from "@metaia/client/bookings";
export { BookingPage } from "../pages/bookings/one.js";
export { BookingsPage } from "../pages/bookings/list.js";
export { NewBooking } from "../pages/bookings/new.js";
// calendar.js and planning.js take these from here: esbuild makes no script of its own for what two parts share
export { useBookingFigures, useBookings, useBookingsClient, useWaits } from "@metaia/client/bookings/react";
export { BookingActions } from "../pages/bookings/actions.js";
export { useOthers } from "../pages/bookings/list.js";
export { BookingBadge, useBookingText } from "../pages/bookings/text.js";
export { later, today } from "../pages/bookings/times.js";
