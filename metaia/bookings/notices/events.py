"""The event `notification`: notifications of bookings under the name that clients of bookings listen to."""

from __future__ import annotations

from metaia.bookings.notices.schemas import BookingNotice
from metaia.core import rooms
from metaia.core.json import Json
from metaia.realtime import events
from metaia.realtime.catalogue import EventType

NOTICE = EventType(
    "notification.booking",
    "notification",
    BookingNotice,
    "A user was notified about a booking.",
    "its user",
)
_COPIED = ("id", "type", "title", "message", "actions", "createdAt")


def record(created: Json, user_id: str, subject: str | None) -> None:
    """Record the event of a notification, with the `id` that it has in `created`, the payload of `new_notification`."""
    data = created["data"]
    payload = {name: created[name] for name in _COPIED}
    payload |= {"bookingId": data["bookingId"], "startsAt": data["startsAt"]}
    events.record("notification.booking", payload, audience=[rooms.user(user_id)], subject=subject)
