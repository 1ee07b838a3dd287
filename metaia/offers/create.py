"""Making an offer: the first round of a negotiation, which may go on in the deal of a former offer."""

from __future__ import annotations

from metaia.chat.restrictions import service as restrictions
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Invalid
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.offers import policy, presenters, queries, service
from metaia.offers.counterparties import service as counterparties
from metaia.offers.limits import service as limits
from metaia.offers.queries import Offer
from metaia.offers.rounds import service as rounds
from metaia.offers.state import BUYER, OPEN
from metaia.offers.timeline import service as timeline


def create(actor: Actor, given: Json) -> Offer:
    """Make an offer to a user and return it.

    Raises Forbidden (`cannot_message` for a user that cannot get it), Invalid, TooMany (`limit_reached`), and Conflict
    if `previous_offer_id` names a negotiation that goes on, or has led to an order.
    """
    if not policy.may_create(actor):
        raise Forbidden("Only customers and partners make offers.")
    recipient_id = given["recipient_id"]
    restrictions.require_none(actor)
    with db.transaction():
        side = counterparties.side(actor, recipient_id, given.get("as_"))
        seller_id, buyer_id = (recipient_id, actor.id) if side == BUYER else (actor.id, recipient_id)
        if "customer_info" in given and side != BUYER:
            raise Invalid(details={"customerInfo": ["The buyer states it."]})
        limits.require_room(actor.id, recipient_id)
        previous = _previous(actor, given, seller_id, buyer_id)
        return timeline.create(_offer(actor, given, seller_id, buyer_id, previous), actor)


def _offer(actor: Actor, given: Json, seller_id: str, buyer_id: str, previous: Offer | None) -> Offer:
    moment, offer_id = now(), new_id()
    first = rounds.first(given, actor.id, moment)
    return Offer(
        id=offer_id,
        offer_number=queries.next_number(),
        deal_id=previous.deal_id if previous else offer_id,
        status="pending",
        seller_id=seller_id,
        buyer_id=buyer_id,
        **first,
        version=1,
        created_at=moment,
        updated_at=moment,
        customer_info=given.get("customer_info", {}),
        first_total=first["total"],
        previous_offer_id=previous.id if previous else None,
        conversation_id=previous.conversation_id if previous else None,
    )


def _previous(actor: Actor, given: Json, seller_id: str, buyer_id: str) -> Offer | None:
    """Return the ended offer which the new one follows; one of which the time has passed is ended now.

    Raises Invalid and Conflict.
    """
    if given["previous_offer_id"] is None:
        return None
    previous = queries.get(given["previous_offer_id"])
    if previous is None or not policy.may_see(actor, previous):
        raise Invalid(details={"previousOfferId": ["There is no such offer of yours."]})
    if (previous.seller_id, previous.buyer_id) != (seller_id, buyer_id):
        raise Invalid(details={"previousOfferId": ["An offer of another seller or buyer."]})
    if previous.currency != given["currency"]:
        raise Invalid("The currency of a negotiation never changes.", code="currency_mismatch")
    deal = [service.expire_locked(each) for each in queries.of_deal(previous.deal_id)]
    for offer in deal:
        if offer.status in (*OPEN, "accepted"):
            details = presenters.conflict(offer, actor)
            raise Conflict(
                "This negotiation goes on, or is an order.", code="illegal_transition", details=details
            )
    return next(each for each in deal if each.id == previous.id)
