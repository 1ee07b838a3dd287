"""Checks of the other side of an offer."""

from __future__ import annotations

from metaia.chat import contexts, refusals
from metaia.chat import policy as chat_policy
from metaia.chat.contexts import Deal
from metaia.chat.conversations import policy as chat_rules
from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.preferences import queries as preference_queries
from metaia.chat.restrictions import queries as restriction_queries
from metaia.chat.restrictions import service as restrictions
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Invalid, Problem
from metaia.offers import policy, presenters
from metaia.offers import queries as offer_queries
from metaia.offers.queries import Offer
from metaia.offers.state import OPEN
from metaia.users import queries as user_queries
from metaia.users.queries import Person as User


def side(actor: Actor, recipient_id: str, wanted: str | None) -> str:
    """Return the side that `actor` takes in a new offer to a user; between partners the wanted one.

    Raises Invalid for another side, and Forbidden (`cannot_message`) if this user cannot get an offer of the actor, for
    whatever reason: a block must not be visible.
    """
    if recipient_id == actor.id:
        raise Invalid(details={"recipientId": ["You cannot make yourself an offer."]})
    person = user_queries.by_id(recipient_id)
    possible = policy.sides(actor.role, person.role) if person is not None else ()
    if person is None or not possible or _refusal(actor, person) is not None:
        raise _unreachable()
    if wanted not in {None, *possible}:
        raise Invalid(details={"as": [f"Must be {possible[0]}."]})
    return wanted or possible[0]


def require_there(actor: Actor, offer: Offer) -> None:
    """Raise Conflict (`counterparty_gone`) or Forbidden (`cannot_message`) if the other side can get no answer."""
    other_id = policy.other_side(offer, actor.id)
    person = user_queries.by_id(other_id)
    if person is None or not person.active:
        details = presenters.conflict(offer, actor)
        raise Conflict("The other side has no active account.", code="counterparty_gone", details=details)
    if restriction_queries.blocked_between(actor.id, other_id):
        raise _unreachable()


def require_may_write(actor: Actor, offer: Offer, message: str | None) -> None:
    """Raise Forbidden (`restricted` or `cannot_message`) if an action has a message that must not reach the other side.

    Without a message the action is possible: a restricted user can still end a negotiation.
    """
    if message is None:
        return
    restrictions.require_none(actor)
    if restriction_queries.blocked_between(actor.id, policy.other_side(offer, actor.id)):
        raise _unreachable()


def deal(actor: Actor, offer_id: str) -> Deal | None:
    """Return the deal of an offer as chat sees it; None if there is none, or the actor may not see it.

    In a transaction, such as that which begins a conversation, the offers of a deal without a conversation are
    row-locked: an acceptance waits, and finds the conversation.
    """
    offer = offer_queries.get(offer_id)
    if offer is None or not policy.may_see(actor, offer):
        return None
    if offer.conversation_id is None and db.locking():
        offer = next(each for each in offer_queries.of_deal(offer.deal_id) if each.id == offer.id)
    orders = contexts.CONTEXTS.current().get("order")
    ordered = orders.resolve(actor, offer.deal_id) if orders else None
    if ordered is not None:
        return ordered  # it has the courier, and whether the order is finished
    people = [offer.seller_id, offer.buyer_id]
    return Deal(offer.deal_id, offer.order_id, people, finished=offer.status not in OPEN)


def _refusal(actor: Actor, person: User) -> str | None:
    """Return why a user cannot get an offer of the actor, by the rules of beginning conversations. None: they can."""
    known = contexts.known(actor.id, [person.id], by_order=False)
    return chat_rules.refusal_to_begin(
        actor.role,
        person.role,
        known=bool(known) or conversation_queries.has_message_of(person.id, actor.id),
        has_order=bool(contexts.known(actor.id, [person.id], by_order=True)),
        who_may_write=preference_queries.settings(person.id).who_may_write,
        blocked=restriction_queries.blocked_between(actor.id, person.id),
        reachable=person.active,
    )


def _unreachable() -> Problem:
    return refusals.problem(chat_policy.CANNOT)
