"""Socket messages about bookings: joining and leaving their rooms."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_load, validate

from metaia.bookings import recipients, service
from metaia.bookings.queries import Booking
from metaia.bookings.schemas import STATUSES
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, NotFound
from metaia.core.http.fields import Id, Schema
from metaia.core.json import Json
from metaia.realtime import inbound
from metaia.realtime.gateways import requested_rooms

MOST = 50  # rooms of one message
PREFIX = recipients.room("")


class BookingId(Id):
    """The id of a booking, also as the name of its room: `booking-<id>`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        given = value.removeprefix(PREFIX) if isinstance(value, str) else value
        return super()._deserialize(given, attr, data, **kwargs)


class BookingRooms(Schema):
    """One booking or a list of them. The ids are also accepted as the names of rooms."""

    booking_id = fields.List(BookingId(), required=True, validate=validate.Length(min=1, max=MOST))

    @pre_load
    def one_or_many(self, data: Any, **_: Any) -> Any:
        """Accept one id instead of a list."""
        if not isinstance(data, dict):
            return data
        return {key: [value] if isinstance(value, str) else value for key, value in data.items()}


class JoinedBooking(Schema):
    """A room that a client has joined, with the state of its booking then: nothing is missed after a GET."""

    booking_id = fields.UUID(required=True)
    room = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    version = fields.Integer(required=True)


class JoinedBookings(JoinedBooking):
    """The first of the joined rooms, and all of them."""

    rooms = fields.List(fields.Nested(JoinedBooking), required=True)


class LeftBookings(Schema):
    """The first of the left rooms, and all of them."""

    booking_id = fields.UUID(required=True)
    room = fields.String(required=True)
    rooms = fields.List(fields.String(), required=True)


@inbound.on(
    "join_booking_room",
    BookingRooms,
    "Follow one booking or up to 50: its customer, its partner, and staff.",
    returns=JoinedBookings,
    changes=False,
)
def join_booking_room(actor: Actor, data: dict[str, Any]) -> Json:
    """Add the connection to the rooms, if its user may see all of these bookings: to all of them, or to none."""
    ids = list(dict.fromkeys(data["booking_id"]))
    for booking_id in ids:
        _read(actor, booking_id)
    with requested_rooms.all_or_none():
        for booking_id in ids:
            requested_rooms.join(recipients.room(booking_id))
        joined = [_joined(_read(actor, each)) for each in ids]  # as it is now that nothing is missed
    return {**joined[0], "rooms": joined}


@inbound.on(
    "leave_booking_room", BookingRooms, "Stop following bookings.", returns=LeftBookings, changes=False
)
def leave_booking_room(_: Actor, data: dict[str, Any]) -> Json:
    """Remove the connection from the rooms; leaving a room that was not joined is no error."""
    rooms = [recipients.room(booking_id) for booking_id in data["booking_id"]]
    for room in rooms:
        requested_rooms.leave(room)
    return {"bookingId": data["booking_id"][0], "room": rooms[0], "rooms": rooms}


def _read(actor: Actor, booking_id: str) -> Booking:
    """Return a booking. Raises NotFound, for those of others too: an id that is guessed states nothing."""
    try:
        return service.read(actor, booking_id)
    except Forbidden:
        raise NotFound("There is no such booking.") from None


def _joined(booking: Booking) -> Json:
    return {
        "bookingId": booking.id,
        "room": recipients.room(booking.id),
        "status": booking.status,
        "version": booking.version,
    }
