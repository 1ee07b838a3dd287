"""Actions of the day of a booking, on a booking that is row-locked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from metaia.bookings import locks, queries
from metaia.bookings.ending import service as ending
from metaia.bookings.ending.service import NO_PROPOSAL
from metaia.bookings.money import service as money
from metaia.bookings.queries import Booking
from metaia.bookings.state import MACHINE
from metaia.bookings.timeline import queries as timeline_queries
from metaia.bookings.timeline import service as timeline
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict
from metaia.core.json import Json
from metaia.core.state_machine import Transition
from metaia.core.times import now, rfc3339

CHECK_IN_BEFORE = timedelta(hours=2)  # the start
NO_SHOW_AFTER = timedelta(minutes=10)  # the start
REOPEN_WITHIN = timedelta(hours=24)
COMPLETE_AFTER = timedelta(hours=12)  # the end
EARNING = frozenset({"completed", "no_show"})  # in these statuses what was paid is the partner's


def check_in(actor: Actor, booking: Booking, transition: Transition, given: Json) -> Booking:
    """State that the customer has arrived. Raises Conflict (`too_early`)."""
    _require_after(booking.starts_at - CHECK_IN_BEFORE)
    return _finish(actor, booking, transition, given)


def complete(actor: Actor, booking: Booking, transition: Transition, given: Json) -> Booking:
    """State that the booking has taken place. Raises Conflict (`too_early`)."""
    _require_after(booking.starts_at)
    return _finish(actor, booking, transition, given)


def no_show(actor: Actor, booking: Booking, transition: Transition, given: Json) -> Booking:
    """State that the customer has not come. Raises Conflict (`too_early`)."""
    _require_after(booking.starts_at + NO_SHOW_AFTER)
    return _finish(actor, booking, transition, given)


def reopen(actor: Actor, booking: Booking, transition: Transition, given: Json) -> Booking:
    """State that the customer has come after all. Raises Conflict (`too_late`)."""
    since = timeline_queries.last(booking.id, "no-show")
    if since is not None and now() > since + REOPEN_WITHIN:
        raise Conflict("This was too long ago.", code="too_late")
    return _finish(actor, booking, transition, given)


def complete_past(booking_id: str) -> bool:
    """Complete a booking that has ended long ago; return whether it was not completed yet."""
    with db.transaction():
        known = queries.get(booking_id)
        if known is None:
            return False
        booking = locks.booking(known)
        transition = MACHINE.find(booking.status, "complete")
        if transition is None or booking.ends_at > now() - COMPLETE_AFTER:
            return False
        _finish(None, booking, transition, {})
        return True


def _finish(actor: Actor | None, booking: Booking, transition: Transition, given: Json) -> Booking:
    """Write an action of the day itself: a proposal ends with it, and what was paid is earned."""
    ending.free_proposal(booking)
    message = {"message": given["message"]} if given.get("message") else {}
    earned = {"earned_at": booking.earned_at or now()} if transition.target in EARNING else {}
    changes: dict[str, Any] = {**NO_PROPOSAL, "status": transition.target, **earned, **message}
    after = timeline.change(booking, transition.action, changes, actor, message=given.get("message"))
    return money.earn(after) if earned else after


def _require_after(moment: datetime) -> None:
    if now() < moment:
        raise Conflict("It is too early for this.", code="too_early", details={"earliest": rfc3339(moment)})
