"""Bodies, queries and answers about bookings; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields, validate
from webargs.fields import DelimitedList

from metaia.bookings.fields import (
    BookedServiceOut,
    BookingCustomerIn,
    BookingCustomerOut,
    BookingPaymentOut,
    CancellationCostOut,
    ProposalOut,
    SessionFull,
    SlotConflict,
    TermsOut,
    TooEarly,
    TooLate,
)
from metaia.bookings.queries import SORTABLE
from metaia.bookings.state import CUSTOMER, DECLINE_REASONS, MACHINE, PARTNER, STEPS, SYSTEM
from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Id, Integer, Moment, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas

STATUSES = MACHINE.states
_status = validate.OneOf(STATUSES)
_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)
WARNINGS = ("overlaps_own",)


class Book(Schema):
    service_id = Id(required=True)
    starts_at = Moment(required=True)
    calendar_id = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "by default the free one with the fewest bookings that day"},
    )
    seats = Integer(load_default=1, validate=validate.Range(min=1, max=500))
    customer_id = Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "for partners and admins: they book for others"},
    )
    customer_info = fields.Nested(BookingCustomerIn, load_default=dict)
    notes = Text(2000, lines=True, load_default=None, allow_none=True)


EXAMPLE = {
    "serviceId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "startsAt": "2026-10-01T09:00:00+02:00",
    "notes": "He is afraid of dryers.",
}


class ChangeBooking(Schema):
    """The fields that every change of a booking may have."""

    expected_version = Version(load_default=None)
    message = Text(1000, lines=True, load_default=None, allow_none=True)


class DeclineBooking(ChangeBooking):
    reason = fields.String(required=True, validate=validate.OneOf(DECLINE_REASONS))


class CancelBooking(ChangeBooking):
    reason = Text(200, load_default=None, allow_none=True)


class MoveBooking(ChangeBooking):
    starts_at = Moment(required=True)
    calendar_id = Id(load_default=None, allow_none=True, metadata={"description": "by default the same one"})


class SetBookingStatus(ChangeBooking):
    status = fields.String(required=True, validate=_status)


class BookingsQuery(PageQuery):
    status = DelimitedList(fields.String(validate=_status))
    partner_id = Id()
    customer_id = Id()
    service_id = Id()
    calendar_id = Id()
    proposed_by = DelimitedList(
        fields.String(validate=validate.OneOf((CUSTOMER, PARTNER))),
        metadata={
            "description": "bookings with a time that this side has proposed and that waits for an answer"
        },
    )
    from_ = Moment(data_key="from", metadata={"description": "bookings that end after this time"})
    to = Moment(metadata={"description": "bookings that begin before this time"})
    q = Text(100)
    sort = sort_field(tuple(SORTABLE), "startsAt")


class BookingUpdateOut(Schema):
    """A booking as events have it: without contact data and notes."""

    id = fields.UUID(required=True)
    deal_id = fields.UUID(required=True, metadata={"description": "the same as `id`"})
    booking_number = fields.String(required=True)
    status = fields.String(required=True, validate=_status)
    customer_id = fields.UUID(required=True, allow_none=True)
    partner_id = fields.UUID(required=True)
    service_id = fields.UUID(required=True)
    service = fields.Nested(BookedServiceOut, required=True)
    calendar_id = fields.UUID(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    time_zone = fields.String(required=True)
    local_start = fields.String(
        required=True, metadata={"description": "by the clock of `timeZone`", "example": "2026-10-01T09:00"}
    )
    seats = fields.Integer(required=True)
    session_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "the same for all bookings of one session"}
    )
    price = MoneyOut(required=True)
    currency = fields.String(required=True)
    payment = fields.Nested(BookingPaymentOut, required=True)
    held_until = fields.AwareDateTime(required=True, allow_none=True)
    answer_by = fields.AwareDateTime(required=True, allow_none=True)
    proposal = fields.Nested(ProposalOut, required=True, allow_none=True)
    cancellation = fields.Nested(TermsOut, required=True)
    message = fields.String(required=True, allow_none=True)
    decline_reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(DECLINE_REASONS))
    cancel_reason = fields.String(required=True, allow_none=True)
    cancelled_by = fields.String(required=True, allow_none=True)
    fee = MoneyOut(required=True, allow_none=True)
    version = fields.Integer(required=True)
    allowed_actions = _actions
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class BookingOut(BookingUpdateOut):
    """A booking, as its customer, its partner and staff see it."""

    customer_info = fields.Nested(BookingCustomerOut, required=True)
    notes = fields.String(required=True, allow_none=True)


class BookingStepOut(Schema):
    """One entry of a booking's timeline."""

    action = fields.String(required=True, validate=validate.OneOf(STEPS))
    status = fields.String(required=True, validate=_status)
    previous_status = fields.String(required=True, allow_none=True, validate=_status)
    starts_at = fields.AwareDateTime(required=True)
    previous_starts_at = fields.AwareDateTime(required=True, allow_none=True)
    proposed_starts_at = fields.AwareDateTime(required=True, allow_none=True)
    actor_id = fields.UUID(required=True, allow_none=True)
    actor_role = fields.String(required=True, validate=validate.OneOf((*sorted(ROLES), SYSTEM)))
    note = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)


class BookingConflict(Schema):
    """The `details` of a 409 about a booking: the booking as it is now, and what its reader may do with it."""

    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    allowed_actions = _actions
    booking = fields.Nested(BookingOut, required=True)


class BookedMeta(Schema):
    """The `meta` of a new booking."""

    warnings = fields.List(fields.String(validate=validate.OneOf(WARNINGS)), required=True)


_booking = fields.Nested(BookingOut, required=True)
OneBooking = envelope("OneBooking", booking=_booking)
Booked = envelope("Booked", meta=BookedMeta, booking=_booking)
ManyBookings = envelope("ManyBookings", meta=Meta, bookings=fields.List(_booking, required=True))
BookingTimeline = envelope(
    "BookingTimeline", booking=_booking, timeline=fields.List(fields.Nested(BookingStepOut), required=True)
)
OneCancellation = envelope("OneCancellation", cancellation=fields.Nested(CancellationCostOut, required=True))
Conflict = error_schemas.conflict(BookingConflict, SlotConflict, SessionFull, TooLate, TooEarly)
Refused = error_schemas.conflict(SlotConflict, SessionFull)
