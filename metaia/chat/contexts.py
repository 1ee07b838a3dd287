"""Contexts of deal conversations and relations between users. Higher domains register them; chat knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from metaia.core.access.actor import Actor
from metaia.core.errors import NotFound
from metaia.core.registry import Registry

ORDER, OFFER, BOOKING = "order", "offer", "booking"  # kinds of contexts


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as chat sees it, with the ids of its parties. `finished`: its order, booking or negotiation is over."""

    deal_id: str
    order_id: str | None
    people: list[str]
    finished: bool = False


@dataclass(frozen=True)
class Context:
    """A kind of things that conversations are about.

    `resolve(actor, id)` returns the deal of a thing, None if there is no such thing or the actor may not see it.
    """

    resolve: Callable[[Actor, str], Deal | None]


@dataclass(frozen=True)
class Relation:
    """A kind of relation between two users.

    `between(user_id, others)` returns those of `others` that have it with the user. `is_order`: such users see each
    other's whole name, and count as customers of a partner.
    """

    between: Callable[[str, Collection[str]], set[str]]
    is_order: bool


CONTEXTS: Registry[str, Context] = Registry("chat_contexts")  # by kind
RELATIONS: Registry[str, Relation] = Registry("chat_relations")  # by domain


def find(actor: Actor, kind: str, thing_id: str) -> Deal:
    """Return the deal of a thing. Raises NotFound if there is none, or the actor may not see it."""
    context = CONTEXTS.current().get(kind)
    deal = context.resolve(actor, thing_id) if context else None
    if deal is None:
        raise NotFound(f"There is no such {kind}.")
    return deal


def find_deal(actor: Actor, deal_id: str) -> Deal:
    """Return a deal by its own id, which is that of its first offer, order or booking. Raises NotFound."""
    found = _by_id(actor, deal_id)
    if found is None:
        raise NotFound("There is no such deal.")
    return found[1]


def goes_on(actor: Actor, deal_id: str) -> bool:
    """Return whether a deal has an order or a booking that is not finished: a block does not end its conversation."""
    found = _by_id(actor, deal_id)
    if found is None:
        return False
    kind, deal = found
    return not deal.finished and (deal.order_id is not None or kind == BOOKING)


def known(user_id: str, others: Collection[str], *, by_order: bool) -> set[str]:
    """Return those of `others` that have a relation with a user; with `by_order` only by an order or a booking."""
    found: set[str] = set()
    for relation in RELATIONS.current().values():
        rest = set(others) - found
        if rest and (relation.is_order or not by_order):
            found |= relation.between(user_id, rest)
    return found


def _by_id(actor: Actor, deal_id: str) -> tuple[str, Deal] | None:
    """Return a deal by its id, with the kind of what decides about it: an order before the offer that it came from."""
    known = CONTEXTS.current()
    for kind in (ORDER, BOOKING, OFFER):
        deal = known[kind].resolve(actor, deal_id) if kind in known else None
        if deal is not None and deal.deal_id == deal_id:
            return kind, deal
    return None
