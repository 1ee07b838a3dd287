"""A booking as the deal of a conversation: its id is that of the booking."""

from __future__ import annotations

from metaia.bookings import policy
from metaia.bookings import queries as booking_queries
from metaia.bookings.state import TAKING
from metaia.chat.contexts import Context, Deal
from metaia.core.access.actor import Actor

FINISHED = frozenset({"completed", "no_show"})


def resolve(actor: Actor, thing_id: str) -> Deal | None:
    """Return the deal of a booking that `actor` may see."""
    booking = booking_queries.get(thing_id)
    if booking is None or not policy.may_see(actor, booking):
        return None
    people = [each for each in (booking.customer_id, booking.partner_id) if each]
    finished = booking.status not in TAKING or booking.status in FINISHED
    return Deal(booking.id, None, people, finished)


CONTEXT = Context(resolve)
