"""The parties of a booking and what they may do. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.bookings.state import ADMIN, ANSWERS, CUSTOMER, MACHINE, PARTNER
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission

BOOKINGS_READ = Permission("bookings.read", STAFF)  # all bookings
BOOKINGS_MANAGE = Permission("bookings.manage", ADMINS)

SUPPORT = "support"


class Parties(Protocol):
    """The part of a booking that names its parties."""

    @property
    def customer_id(self) -> str | None: ...
    @property
    def partner_id(self) -> str: ...


class Proposable(Parties, Protocol):
    """The part of a booking that names its parties, the side that has proposed another time, and what is awaited."""

    @property
    def proposed_by(self) -> str | None: ...
    @property
    def awaits_payment(self) -> bool: ...


def parties(actor: Actor, booking: Parties) -> frozenset[str]:
    """Return the actor's parties in `booking`, none for a stranger. Support reads all bookings and changes none."""
    if actor.may(BOOKINGS_MANAGE):
        return frozenset({ADMIN})
    if actor.may(BOOKINGS_READ):
        return frozenset({SUPPORT})
    places = {CUSTOMER: booking.customer_id, PARTNER: booking.partner_id}
    return frozenset(party for party, user_id in places.items() if user_id == actor.id)


def may_see(actor: Actor, booking: Parties) -> bool:
    """Return whether `actor` may read `booking` and follow it."""
    return bool(parties(actor, booking))


def is_privileged(actor: Actor, booking: Parties) -> bool:
    """Return whether `actor` may act on `booking` only as staff."""
    return ADMIN in parties(actor, booking) and actor.id not in (booking.customer_id, booking.partner_id)


def may_create(actor: Actor, partner_id: str) -> bool:
    """Return whether `actor` may book with a partner: as a customer, or for one as the partner or an admin."""
    return actor.role == "customer" or actor.id == partner_id or actor.may(BOOKINGS_MANAGE)


def side(mine: frozenset[str]) -> str:
    """Return the side on which these parties act: an admin acts for the partner."""
    return CUSTOMER if mine == {CUSTOMER} else PARTNER


def allowed(actor: Actor, booking: Proposable, status: str) -> list[str]:
    """Return the actions that `actor` may do next. The time of day is not considered: an answer may be kept."""
    mine = parties(actor, booking)
    actions = MACHINE.allowed(status, mine)
    answers = booking.proposed_by is not None and booking.proposed_by != side(mine)
    hidden = (frozenset() if answers else ANSWERS) | (
        frozenset({"confirm"}) if booking.awaits_payment else frozenset()
    )
    return [action for action in actions if action not in hidden]
