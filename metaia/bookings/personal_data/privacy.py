"""Export of a user's bookings, and erasure when an account is deleted: bookings to come are cancelled."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, update

from metaia.auth.account import export
from metaia.bookings import locks, presenters, terms
from metaia.bookings import queries as booking_queries
from metaia.bookings.ending import service as ending
from metaia.bookings.feeds.models import CalendarFeedRow
from metaia.bookings.models import BookingRow, BookingStepRow
from metaia.bookings.personal_data import queries
from metaia.bookings.queries import ERASED, Booking
from metaia.bookings.state import CUSTOMER, OPEN, PARTNER
from metaia.bookings.waiting.models import BookingWaitRow
from metaia.core import db, money, retention
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import loop
from metaia.jobs import registry as job_registry
from metaia.users import queries as user_queries
from metaia.users.state import DELETED

FORGET = "metaia.bookings.personal_data.jobs.forget_users"
BATCH = 100
ROLES = ("customer_id", "partner_id")  # filters of the list


def request_erasure(user_id: str) -> None:
    """Erase a user's feed and waiting lists, and enqueue what needs other locks: bookings of all partners."""
    db.execute(delete(CalendarFeedRow).where(CalendarFeedRow.user_id == user_id))
    db.execute(delete(BookingWaitRow).where(BookingWaitRow.customer_id == user_id))
    job_registry.enqueue(FORGET)


def cancel_open() -> int:
    """Cancel the bookings to come of deleted users, each in its own transaction; return how many."""
    cancelled = 0
    while ids := queries.open_of_deleted(BATCH):
        done = loop.work_each(_cancel, ids)
        cancelled += done
        if not done:
            break
    return cancelled


def erase_customers() -> int:
    """Erase the data of deleted customers in bookings that have ended; return the number of bookings."""
    erased, _ = retention.purge(_erase_batch, batch=BATCH, seconds=math.inf)
    return erased


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the bookings that a user takes part in; contact data of customers only to these customers."""
    for role in ROLES:
        for bookings in export.all_pages(lambda cursor, role=role: _page(actor, role, cursor)):  # type: ignore[misc]
            yield [_shown(booking, actor) for booking in bookings]


def _page(actor: Actor, role: str, cursor: str | None) -> export.Page:
    return booking_queries.page(
        actor, filters={role: actor.id}, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor
    )


def _shown(booking: Booking, actor: Actor) -> Json:
    own = {"customerInfo": booking.customer_info, "notes": booking.notes}
    return presenters.common(booking) | (own if booking.customer_id == actor.id else {})


def _cancel(booking_id: str) -> bool:
    """Cancel one booking as the side that is deleted would; return whether it was open."""
    known = booking_queries.get(booking_id)
    if known is None:
        return False
    with db.transaction():
        booking = locks.booking(known)
        if booking.status not in OPEN:
            return False
        side = PARTNER if _is_deleted(booking.partner_id) else CUSTOMER
        changes = {"cancelled_by": side, "fee": _fee(booking) if side == CUSTOMER else 0}
        ending.end(booking, "cancel", changes, None)
    return True


def _is_deleted(user_id: str) -> bool:
    person = user_queries.by_id(user_id)
    return person is not None and person.inactive_because == DELETED


def _fee(booking: Booking) -> int:
    """Return what the cancellation costs a customer; after `locked_from` as much as just before it.

    A request without a confirmation costs nothing.
    """
    if booking.status == "pending":
        return 0
    cost = terms.cancellation(booking, 0, now(), by_customer=True)
    return cost.fee if cost.allowed else money.part(booking.price, booking.fee_percent, booking.currency)


def _erase_batch(limit: int) -> int:
    bookings = queries.to_erase(limit)
    for booking in bookings:
        _erase(booking)
    return len(bookings)


def _erase(booking: Booking) -> None:
    """Overwrite the customer's data and words. The version stays: no action is affected by the change."""
    erased: dict[str, Any] = {"customer_info": ERASED, "notes": None}
    if booking.cancelled_by == CUSTOMER:
        erased["cancel_reason"] = None
    values = erased | {"words": booking_queries.searchable(replace(booking, **erased))}
    db.execute(update(BookingRow).where(BookingRow.id == booking.id).values(**values))
    step = BookingStepRow
    theirs = (step.booking_id == booking.id, step.actor_id == booking.customer_id, step.note.is_not(None))
    db.execute(update(step).where(*theirs).values(note=None))
