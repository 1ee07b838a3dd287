"""Reminders follow their booking: written, rewritten and deleted in the transaction that changes it."""

from __future__ import annotations

from sqlalchemy import update

from metaia.bookings import queries as booking_queries
from metaia.bookings.notices import publish as notices
from metaia.bookings.publish import Change
from metaia.bookings.queries import Booking
from metaia.bookings.reminders import policy, queries
from metaia.bookings.reminders.models import BookingReminderRow
from metaia.bookings.reminders.policy import REMINDED
from metaia.core import db, fault_injection
from metaia.core.times import now
from metaia.notifications.preferences import queries as preference_queries

BATCH = 200
REMINDER = "booking_reminder"


def follow(change: Change) -> None:
    """Keep the reminders of a booking in step with a change of its time or its status."""
    before, after = change.before, change.after
    if before is not None:
        if (before.status, before.starts_at) == (after.status, after.starts_at):
            return
        queries.remove(after.id)
    _write(after)


def _write(booking: Booking) -> None:
    """Write the reminders of a booking that has none; a booking that is not coming gets none."""
    offsets = booking.service.get("reminders", ())
    if not offsets or booking.customer_id is None or booking.status not in REMINDED:
        return
    preferences, _ = preference_queries.get(booking.customer_id)
    for minutes, due_at in policy.schedule(booking.starts_at, offsets, preferences, now()).items():
        db.append(BookingReminderRow, booking_id=booking.id, minutes=minutes, due_at=due_at)


def follow_preferences(user_id: str) -> None:
    """Move a customer's reminders in the running transaction, because quiet hours have changed."""
    moment = now()
    rows = queries.coming(user_id, moment)
    preferences = preference_queries.get_many([user_id])
    for row in rows:
        due_at = policy.due(row.starts_at, row.minutes, preferences[user_id])
        key = (BookingReminderRow.booking_id == row.booking_id, BookingReminderRow.minutes == row.minutes)
        if due_at > moment:
            db.execute(update(BookingReminderRow).where(*key).values(due_at=due_at))


def send_due() -> int:
    """Notify customers of up to BATCH reminders that are due; return how many bookings they are about.

    The rows are deleted in the transaction that writes the notifications, so each reminder is sent once whatever dies.
    Several reminders of one booking that are due together are one notification.
    """
    with db.transaction():
        moment = now()
        taken = queries.take(moment, BATCH)
        for booking in booking_queries.by_ids(taken).values():
            if booking.customer_id and booking.status in REMINDED and booking.starts_at > moment:
                notices.notify(booking.customer_id, REMINDER, booking, expires_at=booking.starts_at)
        if taken:
            fault_injection.point("reminders_taken")
    return len(taken)
