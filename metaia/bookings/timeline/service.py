"""Writing a booking: each change with its entry in the timeline and its event. The booking is row-locked."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.bookings import publish, queries, terms
from metaia.bookings.models import BookingRow, BookingStepRow
from metaia.bookings.publish import Change
from metaia.bookings.queries import Booking
from metaia.bookings.state import SYSTEM
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.times import now


def create(booking: Booking, actor: Actor | None, action: str = "book") -> bool:
    """Insert a new booking; return False if its customer has a seat of the session already."""
    values = {field.name: getattr(booking, field.name) for field in fields(Booking)}
    values["words"] = queries.searchable(booking)
    # The block of one seat is new, so that nobody else has a seat of it: the row is sent with the commit. An offer is
    # referred to by a row of the waiting list in the same transaction.
    if booking.service["capacity"] == 1 and action == "book":
        db.append(BookingRow, **values)
    else:
        row = insert(BookingRow).values(**values).on_conflict_do_nothing()
        if db.execute(row.returning(BookingRow.id)).first() is None:
            return False
    booked = Change(None, booking, action, None, actor)
    _append(booked, note=None)
    publish.changed(booked)
    return True


def change(
    before: Booking,
    action: str,
    changes: dict[str, Any],
    actor: Actor | None = None,
    *,
    message: str | None = None,
    note: str | None = None,
) -> Booking:
    """Write the changes of an action, append it to the timeline and publish it; return the booking after it.

    `message` is for the other side; `note` stands in the timeline only. Without an actor it is the system's.
    """
    after = replace(before, **changes, version=before.version + 1, updated_at=now())
    written = {name: getattr(after, name) for name in (*changes, "version", "updated_at")}
    db.execute(update(BookingRow).where(BookingRow.id == after.id).values(**written))
    made = Change(before, after, action, message, actor)
    _append(made, note=message or note)
    publish.changed(made)
    return after


def standing(booking: Booking) -> dict[str, Any]:
    """Return the changes by which a held booking stands: it is confirmed, or on request it waits for its partner."""
    if booking.service["confirmation"] == "instant":
        return {"status": "confirmed", "held_until": None}
    deadline = terms.answer_by(booking.starts_at, now(), current_app.config["BOOKING_ANSWER_HOURS"])
    return {"status": "pending", "held_until": None, "answer_by": deadline}


def _append(change: Change, *, note: str | None) -> None:
    before, after = change.before, change.after
    db.append(
        BookingStepRow,
        booking_id=after.id,
        version=after.version,
        action=change.action,
        previous_status=before.status if before else None,
        status=after.status,
        previous_starts_at=before.starts_at if before else None,
        starts_at=after.starts_at,
        proposed_starts_at=after.proposed_starts_at,
        actor_id=change.actor.id if change.actor else None,
        actor_role=change.actor.role if change.actor else SYSTEM,
        note=note,
        at=after.updated_at,
    )
