"""Whether the rows of bookings agree. What changes while it is read is no finding: it is read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice

from metaia.bookings import queries as booking_queries
from metaia.bookings.checking import queries
from metaia.bookings.holds.following import FREED
from metaia.bookings.locks import TYPE
from metaia.bookings.money import service as money
from metaia.bookings.payment import state as payment_state
from metaia.bookings.queries import Booking
from metaia.bookings.reminders import policy
from metaia.core.times import now
from metaia.ledger.audit.registry import Finding
from metaia.notifications.preferences import queries as preference_queries
from metaia.payments.purposes import service as purposes
from metaia.payments.purposes.registry import Money

MOST = 100  # findings of one kind
GIVEN_BACK = timedelta(hours=1)  # after which a job has refunded what was paid too much
Found = tuple[str, str, str]  # subject, expected, found
MONEY = ("paid", "refunded", "refunding", "status")  # of a shown payment


def check(kind: str, partner_id: str | None = None) -> list[Finding]:
    """Return what disagrees in the bookings of a partner, or of all: MOST findings of a kind. Raises KeyError."""
    if kind in queries.STATEMENTS:
        return [Finding(kind, *map(str, row)) for row in queries.findings(kind, partner_id, MOST)]
    ids, find = OTHERS[kind]
    return [Finding(kind, *found) for found in islice(_twice(ids(partner_id), find), MOST)]


def _twice(pages: Iterable[list[str]], find: Callable[[Booking], Iterable[Found]]) -> Iterator[Found]:
    """Yield what is found of bookings twice."""
    for page in pages:
        for booking in booking_queries.by_ids(page).values():
            if any(find(booking)) and (current := booking_queries.get(booking.id)):
                yield from find(current)


def _times(booking: Booking) -> Iterator[Found]:
    """Yield reminders that are not due when the customer's preferences require; they are read after the rows."""
    if booking.customer_id is None:
        return
    rows = queries.reminders(booking.id)
    preferences, _ = preference_queries.get(booking.customer_id)
    for minutes, due_at in rows:
        expected = policy.due(booking.starts_at, minutes, preferences)
        if expected != due_at and expected > now():  # a past one keeps the time of earlier preferences
            yield booking.id, str(expected), str(due_at)


def _shown(booking: Booking) -> Iterator[Found]:
    """Yield a booking of which the shown payment is not that of the money of its payments."""
    if booking.payment is None:
        return
    moved = purposes.money_of(TYPE, {booking.id: booking.currency}).get(booking.id, Money())
    right = payment_state.of(booking.payable, moved, None, ended=booking.status in FREED).as_dict()
    expected, found = ({name: shown[name] for name in MONEY} for shown in (right, booking.payment))
    if expected != found:
        yield booking.id, str(expected), str(found)


def _unclaimed(booking: Booking) -> Iterator[Found]:
    """Yield a booking that keeps money which is its customer's, and which no job gives back any more."""
    if booking.status == "held" or booking.updated_at > now() - GIVEN_BACK:
        return
    rest = money.unclaimed(booking)
    if rest > 0:
        yield booking.id, f"0 {booking.currency}", f"{rest} {booking.currency}"


# By kind: the ids of bookings, and what is found of one of them.
OTHERS: Mapping[
    str, tuple[Callable[[str | None], Iterator[list[str]]], Callable[[Booking], Iterable[Found]]]
] = {
    "time_of_reminder": (queries.with_reminders, _times),
    "payment": (queries.with_payment, _shown),
    "unclaimed_money": (queries.with_payment, _unclaimed),
}
KINDS = (*queries.STATEMENTS, *OTHERS)
