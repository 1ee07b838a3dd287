"""Statements on reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, text

from metaia.bookings.models import BookingRow
from metaia.bookings.reminders.models import BookingReminderRow
from metaia.bookings.reminders.policy import REMINDED
from metaia.core import db
from metaia.core.db import AnyRow

# A cancellation deletes the rows in its own transaction. SKIP LOCKED: either it has them, and nothing is sent, or this
# statement has them, and the cancellation waits for its commit.
TAKE = text(
    """
    WITH due AS (
        SELECT booking_id, minutes FROM booking_reminders WHERE due_at <= :now
        ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM booking_reminders AS reminder USING due
        WHERE reminder.booking_id = due.booking_id AND reminder.minutes = due.minutes RETURNING reminder.booking_id
    )
    SELECT DISTINCT booking_id::text AS booking_id FROM taken
    """
)


def take(moment: datetime, batch: int) -> list[str]:
    """Delete up to `batch` reminders that are due; return the ids of their bookings."""
    return [row.booking_id for row in db.execute(TAKE, {"now": moment, "batch": batch})]


def remove(booking_id: str) -> None:
    """Delete the reminders of a booking."""
    db.execute(delete(BookingReminderRow).where(BookingReminderRow.booking_id == booking_id))


def coming(customer_id: str, moment: datetime) -> Sequence[AnyRow]:
    """Return the reminders of a customer's bookings with the times of these bookings, row-locked."""
    query = (
        select(BookingReminderRow.booking_id, BookingReminderRow.minutes, BookingRow.starts_at)
        .join(BookingRow, BookingRow.id == BookingReminderRow.booking_id)
        .where(BookingRow.customer_id == customer_id, BookingRow.starts_at > moment)
        .where(BookingRow.status.in_(REMINDED))
        .with_for_update(of=BookingReminderRow)
    )
    return db.fetch_all(query)
