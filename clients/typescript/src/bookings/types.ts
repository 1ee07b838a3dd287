// What the functions of bookings take and give. Amounts are in major units; times are RFC 3339.
import type { Schemas } from "../generated/events.js";
import type { paths } from "../generated/schema.js";

/** A booking, as `GET /api/bookings/{id}` answers it; events have it without contact data and notes. */
export type Booking = Schemas["BookingOut"];
export type BookingStatus = Booking["status"];
export type BookingAction = Booking["allowedActions"][number];
export type NewBooking = Schemas["Book"];
export type BookingStep = Schemas["BookingStepOut"];
/** What cancelling now costs, and until when it costs nothing. */
export type Cancellation = Schemas["OneCancellation"]["data"]["cancellation"];
export type BookingFilter = NonNullable<paths["/api/bookings"]["get"]["parameters"]["query"]>;

export type Service = Schemas["ServiceOut"];
export type ServiceFilter = NonNullable<paths["/api/services"]["get"]["parameters"]["query"]>;
export type Calendar = Schemas["CalendarOut"];

/** An entry of the waiting list; `bookingId` is the hold that is offered. */
export type Wait = Schemas["WaitOut"];
export type NewWait = Schemas["WaitIn"];
/** Counts and rates; a rate is null where there is nothing to divide by. */
export type BookingFigures = Schemas["BookingFiguresData"];
export type FiguresQuery = paths["/api/bookings/analytics"]["get"]["parameters"]["query"];

export type SlotQuery = Omit<paths["/api/bookings/slots"]["get"]["parameters"]["query"], "format">;
/** A free start, by the clock of the zone that was asked for. */
export type Slot = Schemas["SlotOut"];
/** Free starts by service and by date, for `validFor` seconds unless a calendar changes. */
export type Slots = Omit<Schemas["Slots"]["data"], "slots"> & { slots: Record<string, Record<string, Slot[]>> };

/** The bodies of actions; each may have `expectedVersion`, else that of the store is sent. */
export interface ActionBodies {
  confirm: Schemas["ChangeBooking"];
  decline: Schemas["DeclineBooking"];
  cancel: Schemas["CancelBooking"];
  move: Schemas["MoveBooking"];
  "accept-move": Schemas["ChangeBooking"];
  "decline-move": Schemas["ChangeBooking"];
  "check-in": Schemas["ChangeBooking"];
  complete: Schemas["ChangeBooking"];
  "no-show": Schemas["ChangeBooking"];
  reopen: Schemas["ChangeBooking"];
}
