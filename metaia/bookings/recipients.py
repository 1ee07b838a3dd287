"""The rooms that receive the changes of a booking. Pure."""

from __future__ import annotations

from metaia.bookings.policy import Parties
from metaia.core import rooms as room_names

KIND = "booking"


def room(booking_id: str) -> str:
    """Return the room of one booking, which is also the subject of its events and audit entries."""
    return room_names.subject(KIND, booking_id)


def rooms(booking_id: str, booking: Parties) -> list[str]:
    """Return the rooms that get every change of a booking: its own, those of its parties, and staff."""
    users = [room_names.user(each) for each in (booking.customer_id, booking.partner_id) if each]
    return [room(booking_id), *users, *room_names.STAFF]
