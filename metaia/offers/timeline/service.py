"""Writing an offer: each change with its entry in the history, its event and its notifications. It is row-locked."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.offers import publish, queries
from metaia.offers.models import OfferRow, OfferStepRow
from metaia.offers.queries import STORED, Offer
from metaia.offers.state import ANSWERS, SYSTEM

# The fields that an action may change; the history keeps all of them after every step.
MUTABLE = (
    "status", "maker_id", "round", "items", "adjustment", "total", "terms", "message", "order_id", "order_number",
    "reject_reason",
)  # fmt: skip


def create(offer: Offer, actor: Actor) -> Offer:
    """Insert a new offer with its first round; return it."""
    values = {name: getattr(offer, name) for name in STORED}
    db.append(OfferRow, **values, words=queries.searchable(offer))
    _append(None, offer, "create", offer.message, actor)
    publish.changed(None, offer, "create", offer.message, actor)
    return offer


def change(before: Offer, action: str, changes: Json, message: str | None, actor: Actor | None) -> Offer:
    """Write the changes of an action, append it to the history and publish it; return the offer after it.

    `message` is for the other side. Without an actor it is the system's.
    """
    moment = now()
    changes = changes | {"version": before.version + 1, "updated_at": moment}
    if before.answered_at is None and action in ANSWERS:
        changes["answered_at"] = moment
    if before.first_total is None and changes.get("total") is not None:
        changes["first_total"] = changes["total"]
    after = replace(before, **changes)
    values = changes | {"words": queries.searchable(after)}
    db.execute(update(OfferRow).where(OfferRow.id == after.id).values(**values))
    _append(before, after, action, message, actor)
    publish.changed(before, after, action, message, actor)
    return after


def _append(before: Offer | None, after: Offer, action: str, note: str | None, actor: Actor | None) -> None:
    db.append(
        OfferStepRow,
        offer_id=after.id,
        version=after.version,
        action=action,
        previous_status=before.status if before else None,
        status=after.status,
        round=after.round,
        actor_id=actor.id if actor else None,
        actor_role=actor.role if actor else SYSTEM,
        note=note,
        after={name: getattr(after, name) for name in MUTABLE} | {"expires_at": rfc3339(after.expires_at)},
        at=after.updated_at,
    )
