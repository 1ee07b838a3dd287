"""Ending bookings: their time becomes free and their money is settled, in the transaction that ends them.

The booking is row-locked by `locks.booking`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metaia.bookings import locks, queries
from metaia.bookings.blocks import queries as block_queries
from metaia.bookings.blocks import service as blocks
from metaia.bookings.calendars import service as calendars
from metaia.bookings.ending import queries as ending_queries
from metaia.bookings.money import service as money
from metaia.bookings.payment.state import kept
from metaia.bookings.queries import Booking
from metaia.bookings.state import MACHINE
from metaia.bookings.timeline import service as timeline
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.jobs import registry as job_registry

SETTLE = "metaia.bookings.jobs.settle"
NO_PROPOSAL: dict[str, Any] = dict.fromkeys(
    (
        "proposed_block_id", "proposed_calendar_id", "proposed_starts_at", "proposed_ends_at", "proposed_by",
        "proposal_message", "proposal_answer_by",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lengths:
    """The lengths with which a booking was made."""

    id: str
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    capacity: int

    @classmethod
    def of(cls, booking: Booking) -> Lengths:
        """Return those of a booking's copy of its service."""
        names = ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "capacity")
        return cls(booking.service_id, *(booking.service[name] for name in names))


def end(
    before: Booking,
    action: str,
    changes: dict[str, Any],
    actor: Actor | None,
    *,
    message: str | None = None,
    at_once: bool = True,
) -> Booking:
    """End a booking by an action that frees its time: decline, cancel or expire.

    Without `at_once` a job settles its money, because its payments are not row-locked.
    """
    transition = MACHINE.find(before.status, action)
    if transition is None:
        raise AssertionError(action)
    free_own(before)
    free_proposal(before)
    ended: dict[str, Any] = {"status": transition.target, "held_until": None, "answer_by": None}
    if min(changes.get("fee") or 0, kept(before.payment)):
        ended["earned_at"] = now()
    after = timeline.change(before, action, NO_PROPOSAL | ended | changes, actor, message=message)
    if at_once:
        return money.settle(after)
    if after.payment is not None:
        job_registry.enqueue(SETTLE, booking_id=after.id)
    return after


def free_own(booking: Booking) -> None:
    """Free the time of a booking, before it takes another one or ends."""
    blocks.free(booking.block_id, booking.seats)
    calendars.changed({booking.calendar_id}, (booking.starts_at, booking.ends_at))


def free_proposal(booking: Booking) -> None:
    """Free the time of a booking's proposal, if it has one."""
    if (
        booking.proposed_block_id is None
        or booking.proposed_starts_at is None
        or booking.proposed_ends_at is None
    ):
        return
    proposed, own = block_queries.get(booking.proposed_block_id), block_queries.get(booking.block_id)
    if proposed is not None and proposed.taken:
        blocks.free(proposed.id, booking.seats)
    elif own is not None:  # the times overlap
        blocks.restore(own, Lengths.of(booking))
    times = (booking.proposed_starts_at, booking.proposed_ends_at)
    calendars.changed({booking.proposed_calendar_id or booking.calendar_id}, times)


def end_overdue(booking: Booking, moment: datetime, *, at_once: bool = True) -> bool:
    """End what is overdue of a row-locked booking: a hold, a request or a proposal. Return whether something was."""
    hold = booking.status == "held" and booking.held_until is not None and booking.held_until <= moment
    request = booking.status == "pending" and booking.answer_by is not None and booking.answer_by <= moment
    if hold or request:
        end(booking, "expire", {}, None, at_once=at_once)
        return True
    if booking.proposal_answer_by is not None and booking.proposal_answer_by <= moment:
        free_proposal(booking)
        timeline.change(booking, "decline-move", NO_PROPOSAL, None)
        return True
    return False


def clear(calendar_ids: set[str], starts_at: datetime, ends_at: datetime) -> None:
    """End what is overdue in row-locked calendars and overlaps a time: no booking has to wait for the job."""
    end_listed(ending_queries.overdue_in(calendar_ids, starts_at, ends_at, now()), calendar_ids)


def end_listed(booking_ids: Iterable[str], calendar_ids: set[str]) -> None:
    """End what is overdue of bookings in row-locked calendars.

    A booking that takes time from another calendar too is left to the job, which row-locks both in order.
    """
    moment = now()
    for booking_id in booking_ids:
        booking = queries.lock(booking_id)
        if booking is not None and booking.calendars <= calendar_ids:
            end_overdue(booking, moment, at_once=False)


def sweep(booking_id: str) -> bool:
    """End what is overdue of a booking, in one transaction; return whether something was."""
    with db.transaction():
        known = queries.get(booking_id)
        return known is not None and end_overdue(locks.booking(known), now())


def settle(booking_id: str) -> None:
    """Settle the money of a booking that has ended; nothing is refunded twice."""
    with db.transaction():
        known = queries.get(booking_id)
        if known is not None:
            money.settle(locks.booking(known))
