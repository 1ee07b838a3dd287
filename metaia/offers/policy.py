"""The parties of an offer, what they may do, and until when. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, CUSTOMER, PARTNERS, STAFF, Permission
from metaia.offers.state import ADMIN, BUYER, EXPIRED, MACHINE, MAKER, OPEN, ROUNDS, SELLER, SIDES, TAKER

OFFERS_READ = Permission("offers.read", STAFF)  # all offers
OFFERS_MANAGE = Permission("offers.manage", ADMINS)
MOST_ROUNDS = 20

SUPPORT = "support"
# By the roles of the maker and of the recipient: the sides that the maker may choose, the first one by default.
_PARTNER = "partner"
SIDES_OF: Mapping[tuple[str, str], tuple[str, ...]] = {
    (CUSTOMER, _PARTNER): (BUYER,),
    (_PARTNER, CUSTOMER): (SELLER,),
    (_PARTNER, _PARTNER): (SELLER, BUYER),
}


class Parties(Protocol):
    """The part of an offer that names its parties."""

    @property
    def seller_id(self) -> str: ...
    @property
    def buyer_id(self) -> str: ...
    @property
    def maker_id(self) -> str: ...


class Answerable(Parties, Protocol):
    """The part of an offer that decides what may be done with it."""

    @property
    def status(self) -> str: ...
    @property
    def round(self) -> int: ...
    @property
    def total(self) -> float | None: ...
    @property
    def expires_at(self) -> datetime: ...


def parties(actor: Actor, offer: Parties) -> frozenset[str]:
    """Return the actor's parties in the present round, none for a stranger. Support reads all offers."""
    if actor.may(OFFERS_MANAGE):
        return frozenset({ADMIN})
    if actor.may(OFFERS_READ):
        return frozenset({SUPPORT})
    if actor.id not in (offer.seller_id, offer.buyer_id):
        return frozenset()
    return frozenset({MAKER if actor.id == offer.maker_id else TAKER})


def at_times(mine: frozenset[str]) -> frozenset[str]:
    """Return the parties that an actor with the parties `mine` is in this or another round."""
    return SIDES if mine & SIDES else mine


def may_see(actor: Actor, offer: Parties) -> bool:
    """Return whether `actor` may read `offer`."""
    return bool(parties(actor, offer))


def may_create(actor: Actor) -> bool:
    """Return whether `actor` may make offers."""
    return actor.role == CUSTOMER or actor.is_partner


def sides(role: str, other: str) -> tuple[str, ...]:
    """Return the sides that a user with `role` may take in an offer to one with the role `other`; () for none."""
    first, second = (_PARTNER if each in PARTNERS else each for each in (role, other))
    return SIDES_OF.get((first, second), ())


def other_side(offer: Parties, user_id: str) -> str:
    """Return the id of the other party than `user_id`."""
    return offer.buyer_id if user_id == offer.seller_id else offer.seller_id


def taker(offer: Parties) -> str:
    """Return the id of the party that answers the present round."""
    return other_side(offer, offer.maker_id)


def is_over(offer: Answerable, moment: datetime) -> bool:
    """Return whether the time of the present round has passed, no matter if the job has already ended the offer."""
    return offer.status == EXPIRED or (offer.status in OPEN and offer.expires_at <= moment)


def allowed(actor: Actor, offer: Answerable, moment: datetime) -> list[str]:
    """Return the actions that `actor` may do at `moment`."""
    if is_over(offer, moment):
        return []
    hidden = set(ROUNDS) if offer.round >= MOST_ROUNDS else set[str]()
    hidden |= {"accept"} if offer.total is None else set()
    return [each for each in MACHINE.allowed(offer.status, parties(actor, offer)) if each not in hidden]
