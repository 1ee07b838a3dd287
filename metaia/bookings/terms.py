"""What cancelling costs, and until when a booking can be cancelled or answered. Pure; amounts are in minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from metaia.core import money
from metaia.core.errors import Conflict
from metaia.core.times import rfc3339

ANSWER_BEFORE_START = timedelta(minutes=30)  # a request is answered at the latest then


class Cancellable(Protocol):
    """The part of a booking that decides what its cancellation costs."""

    @property
    def status(self) -> str: ...
    @property
    def price(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def fee_percent(self) -> int: ...
    @property
    def free_until(self) -> datetime: ...
    @property
    def locked_from(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling now would cost; without `allowed` it is too late."""

    allowed: bool
    fee: int
    refund: int


def deadlines(starts_at: datetime, free_minutes: int, locked_minutes: int) -> tuple[datetime, datetime]:
    """Return until when a booking is cancelled for nothing, and from when not at all."""
    return starts_at - timedelta(minutes=free_minutes), starts_at - timedelta(minutes=locked_minutes)


def moved_free_until(before: datetime, after: datetime, moment: datetime) -> datetime:
    """Return `freeUntil` of a booking that its customer moves at `moment`; `after` is that of the new time.

    A move inside of the window of the fee keeps the first one: else a move far away and a cancellation avoid the fee.
    """
    return before if moment > before else after


def cancellation(booking: Cancellable, paid: int, moment: datetime, *, by_customer: bool) -> Cancellation:
    """Return what a cancellation costs; `paid` is what can be refunded now.

    The cancellation of a partner or of staff costs nothing. A request that is not confirmed yet costs nothing either,
    and a hold can always be given up.
    """
    if not by_customer or booking.status == "held":
        return Cancellation(True, 0, paid)
    if moment >= booking.locked_from:
        return Cancellation(False, 0, 0)
    due = 0
    if booking.status != "pending" and moment > booking.free_until:
        due = money.part(booking.price, booking.fee_percent, booking.currency)
    return Cancellation(True, due, max(0, paid - due))


def answer_by(starts_at: datetime, moment: datetime, hours: int) -> datetime:
    """Return until when a request, or a proposal, is to be answered.

    That is `hours` from now, and never later than 30 minutes before the start. For a shorter notice it is half of what
    is left until the start.
    """
    latest = starts_at - ANSWER_BEFORE_START
    if latest > moment:
        return min(moment + timedelta(hours=hours), latest)
    return moment + max(timedelta(), starts_at - moment) / 2


def require_in_time(deadline: datetime | None, moment: datetime) -> None:
    """Raise Conflict (`too_late`) if the time to answer is over, also before a job has ended what waits for it."""
    if deadline is not None and deadline <= moment:
        details = {"lockedFrom": rfc3339(deadline)}
        raise Conflict("The time to answer is over.", code="too_late", details=details)
