"""Changes of offers. Each change takes one path: row-lock, policy, transition, time, write, publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metaia.chat.restrictions import service as restrictions
from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from metaia.core.json import Json
from metaia.core.state_machine import Transition
from metaia.core.times import now
from metaia.offers import policy, presenters, queries, recipients
from metaia.offers.accepting import service as accepting
from metaia.offers.counterparties import service as counterparties
from metaia.offers.queries import Offer
from metaia.offers.rounds import service as rounds
from metaia.offers.state import MACHINE, ROUNDS
from metaia.offers.timeline import service as timeline


def act(actor: Actor, offer_id: str, action: str, given: Json, *, version: versions.Expected = None) -> Offer:
    """Do `action` to an offer with the body `given`; return the offer after it.

    Raises NotFound, Forbidden (never this actor's to do, `cannot_message` or `restricted`), Invalid, and Conflict (too
    late, stale version, not from this status or in this round) with the offer as it is now. `accept` is a function of
    its own.
    """
    with db.transaction():
        offer, transition = _required(actor, offer_id, action, version)
        after = ACTIONS[action](actor, offer, transition, given)
        _audit(actor, offer, action, after)
        return after


def accept(
    actor: Actor, offer_id: str, given: Json, *, version: versions.Expected = None
) -> tuple[Offer, Json]:
    """Accept the present round of an offer; return the offer, and its order as `actor` sees it.

    Raises as `act` does; Invalid without a version; Conflict also if the buyer's credit does not allow the order.
    """
    accepting.require_version(version)
    with db.transaction():
        offer, _ = _required(actor, offer_id, "accept", version)
        counterparties.require_there(actor, offer)
        counterparties.require_may_write(actor, offer, given["message"])
        if "customer_info" in given and actor.id != offer.buyer_id:
            raise Invalid(details={"customerInfo": ["The buyer states it."]})
        return accepting.accept(actor, offer, given)


def bulk(actor: Actor, given: Json) -> list[Json]:
    """Do one action to many offers, each by itself; return what became of each.

    The order is that of the ids, since one transaction may do it all for a request with an Idempotency-Key.
    """
    return [_one_of_many(actor, offer_id, given) for offer_id in sorted(set(given["ids"]))]


def expire(offer_id: str) -> bool:
    """End an offer of which the time has passed; return whether it was still open."""
    with db.transaction():
        offer = queries.lock(offer_id)
        return offer is not None and expire_locked(offer) is not offer


def expire_locked(offer: Offer) -> Offer:
    """End a row-locked offer if its time has passed; return it as it is then."""
    transition = MACHINE.find(offer.status, "expire")
    if transition is None or not policy.is_over(offer, now()):
        return offer
    return timeline.change(offer, "expire", {"status": transition.target}, None, None)


def cancel(offer_id: str) -> bool:
    """Cancel an offer because the account of a party is deleted; return whether it was still open."""
    with db.transaction():
        offer = queries.lock(offer_id)
        transition = MACHINE.find(offer.status, "cancel") if offer else None
        if offer is None or transition is None:
            return False
        timeline.change(offer, "cancel", {"status": transition.target}, None, None)
        return True


def read(actor: Actor, offer_id: str) -> Offer:
    """Return an offer that `actor` takes part in. Raises NotFound or Forbidden."""
    return _seen(actor, queries.get(offer_id))


def _required(
    actor: Actor, offer_id: str, action: str, version: versions.Expected
) -> tuple[Offer, Transition]:
    """Return an offer, row-locked, and the transition of an action that the actor may do to it now."""
    offer = _seen(actor, queries.lock(offer_id))
    mine = policy.parties(actor, offer)

    def details() -> Json:
        return presenters.conflict(offer, actor)

    at_times = policy.at_times(mine)
    if policy.is_over(offer, now()) and MACHINE.ever(action, mine | at_times):  # else it is Forbidden
        raise Conflict("The time of this offer has passed.", code="offer_expired", details=details())
    transition = MACHINE.require(offer, action, mine, version, details, at_times=at_times)
    if action in ROUNDS and offer.round >= policy.MOST_ROUNDS:
        raise Conflict("There have been too many rounds.", code="too_many_rounds", details=details())
    return offer, transition


def _seen(actor: Actor, offer: Offer | None) -> Offer:
    if offer is None:
        raise NotFound("There is no such offer.")
    if not policy.may_see(actor, offer):
        raise Forbidden("This offer is not yours.")
    return offer


def _make_round(actor: Actor, offer: Offer, transition: Transition, given: Json) -> Offer:
    restrictions.require_none(actor)
    counterparties.require_there(actor, offer)
    changes = rounds.following(offer, given, actor.id, now()) | {"status": transition.target}
    return timeline.change(offer, transition.action, changes, given["message"], actor)


def _end(actor: Actor, offer: Offer, transition: Transition, given: Json) -> Offer:
    if transition.action != "cancel":  # which is of staff, and has a reason
        counterparties.require_may_write(actor, offer, given["message"])
    reason = {"reject_reason": given["reason"]} if transition.action == "reject" else {}
    changes = reason | {"status": transition.target}
    return timeline.change(offer, transition.action, changes, given["message"], actor)


ACTIONS: Mapping[str, Callable[[Actor, Offer, Transition, Json], Offer]] = {
    "counter": _make_round,
    "revise": _make_round,
    "reject": _end,
    "withdraw": _end,
    "cancel": _end,
}


def _one_of_many(actor: Actor, offer_id: str, given: Json) -> Json:
    try:
        act(actor, offer_id, given["action"], given)
    except Problem as problem:
        return {"id": offer_id, "ok": False, "error": problem.as_dict()}
    return {"id": offer_id, "ok": True}


def _audit(actor: Actor, before: Offer, action: str, after: Offer) -> None:
    """Record in the audit log that staff has acted on an offer of others."""
    if not actor.may(policy.OFFERS_MANAGE):
        return
    audit_log.record(
        f"offer.{action}",
        subject=recipients.subject(before.id),
        before={"status": before.status, "version": before.version},
        after={"status": after.status},
        user=(actor.id, actor.role),
    )
