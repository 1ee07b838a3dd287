"""Event types of bookings."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.bookings import policy, presenters
from metaia.bookings.schemas import STATUSES, BookingUpdateOut
from metaia.bookings.state import STEPS
from metaia.core.access.actor import Actor
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EventType, Payload

_status = validate.OneOf(STATUSES)


class BookingStatusUpdate(Schema):
    """`booking-status-update`."""

    booking_id = fields.UUID(required=True)
    deal_id = fields.UUID(required=True, metadata={"description": "the same as `bookingId`"})
    status = fields.String(required=True, validate=_status)
    updated_at = fields.AwareDateTime(required=True)
    message = fields.String(required=True)
    previous_status = fields.String(required=True, allow_none=True, validate=_status)
    action = fields.String(required=True, validate=validate.OneOf(STEPS))
    booking = fields.Nested(BookingUpdateOut, required=True)


class ByActions:
    """Renders one packet per set of `allowedActions`, since viewers differ in what they may do next."""

    def key(self, payload: Payload, actor: Actor) -> str:
        """Return the viewer's allowed actions, joined."""
        return " ".join(policy.allowed(actor, presenters.ShownParties(payload["booking"]), payload["status"]))

    def show(self, payload: Payload, key: str) -> Payload:
        """Return the payload with the viewer's allowed actions in its booking."""
        return {**payload, "booking": presenters.with_actions(payload["booking"], key.split())}


_RECEIVERS = "the booking's customer and partner, clients in its room, and staff"
EVENTS = tuple(
    EventType(name, "booking-status-update", BookingStatusUpdate, summary, _RECEIVERS, ByActions())
    for name, summary in (
        ("booking.created", "A booking was made."),
        ("booking.updated", "A booking was changed."),
    )
)
