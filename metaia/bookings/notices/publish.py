"""Notifying the users of a booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from metaia.bookings import queries
from metaia.bookings.notices import recipients
from metaia.bookings.publish import Change
from metaia.bookings.queries import Booking
from metaia.bookings.state import CUSTOMER, PARTNER
from metaia.core import rooms
from metaia.core.json import Json
from metaia.core.text import wall_times
from metaia.core.times import rfc3339
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries


def follow(change: Change) -> None:
    """Notify the users of a booking of its change, in the running transaction."""
    before, after = change.before, change.after
    users = {CUSTOMER: after.customer_id, PARTNER: after.partner_id}
    by = change.actor.id if change.actor else None
    more: Json = {"note": change.message, "rulesChanged": change.action == "rezone"}
    if before is not None and before.starts_at != after.starts_at:
        more["previousStartsAt"] = rfc3339(before.starts_at)
    status = before.status if before else None
    for user_id, type_name in recipients.listed(change.action, status, after.status, users, by):
        notify(user_id, type_name, after, more=more)


def notify(
    user_id: str,
    type_name: str,
    booking: Booking,
    *,
    more: Json | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Notify one user of a booking in the running transaction; no message leaves at `expires_at` or later."""
    data = _data(booking, user_id) | (more or {})
    subject = rooms.subject("booking", booking.id)
    notification_service.notify(user_id, type_name, data, subject=subject, expires_at=expires_at)


def still_true(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the notifications in `rows` that are still true; a TruthCheck of notifications."""
    bookings = queries.by_ids({row.data["bookingId"] for row in rows})
    return {
        row.notification_id
        for row in rows
        if (booking := bookings.get(row.data["bookingId"])) is None
        or recipients.still_true(
            row.type, _moment(row.data["startsAt"]), _moment(row.data.get("proposedStartsAt")), booking
        )
    }


def _data(booking: Booking, user_id: str) -> Json:
    """Return what the texts need, and no name, note or address of a user."""
    own_zone = user_queries.time_zone(user_id)
    return {
        "bookingId": booking.id,
        "bookingNumber": booking.booking_number,
        "status": booking.status,
        "service": booking.service["name"],
        "startsAt": rfc3339(booking.starts_at),
        "endsAt": rfc3339(booking.ends_at),
        "proposedStartsAt": rfc3339(booking.proposed_starts_at),
        "heldUntil": rfc3339(booking.held_until),
        "timeZone": booking.time_zone,
        "zoneDiffers": wall_times.differ(booking.starts_at, booking.time_zone, own_zone),
        "forPartner": user_id == booking.partner_id,
    }


def _moment(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None
