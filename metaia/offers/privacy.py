"""Personal data in offers: the export of a user's offers, and what follows the deletion of an account."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import update

from metaia.auth.account import export
from metaia.core import db, retention
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.jobs import loop
from metaia.jobs import registry as job_registry
from metaia.offers import presenters, queries, service
from metaia.offers.forgetting import queries as forgetting
from metaia.offers.models import OfferRow
from metaia.offers.queries import Offer
from metaia.offers.state import BUYER, SELLER
from metaia.offers.timeline import queries as timeline
from metaia.users.deleted import queries as deleted_users

FORGET = "metaia.offers.jobs.forget_users"
BATCH = 100


def request_erasure(user_id: str) -> None:  # noqa: ARG001 - the job finds every offer that is due
    """Enqueue what needs locks of its own: the open offers are cancelled, the user's texts erased."""
    job_registry.enqueue(FORGET)


def cancel_open() -> int:
    """Cancel the open offers of deleted users, each in its own transaction; return how many."""
    cancelled = 0
    while ids := forgetting.open_of_deleted(BATCH):
        done = loop.work_each(service.cancel, ids)
        cancelled += done
        if not done:
            break
    return cancelled


def erase_users() -> int:
    """Erase the texts and contact data of deleted users in offers that have ended; return the number of offers."""
    erased, _ = retention.purge(_erase_batch, batch=BATCH, seconds=math.inf)
    return erased


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the offers that a user takes part in, with what the user has written in their rounds."""
    for side in (SELLER, BUYER):
        for offers in export.all_pages(lambda cursor, side=side: _page(actor, side, cursor)):  # type: ignore[misc]
            yield _shown(actor, offers)


def _page(actor: Actor, side: str, cursor: str | None) -> export.Page:
    return queries.page(actor, filters={"as_": side}, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor)


def _shown(actor: Actor, offers: Sequence[Offer]) -> list[Json]:
    own: dict[str, list[Json]] = {offer.id: [] for offer in offers}
    for step in timeline.of_offers(own):
        if step.actor_id == actor.id:
            own[step.offer_id].append(presenters.step(step))
    return [
        presenters.common(offer)
        | {"steps": own[offer.id]}
        | ({"customerInfo": offer.customer_info} if offer.buyer_id == actor.id else {})
        for offer in offers
    ]


def _erase_batch(limit: int) -> int:
    offers = forgetting.to_erase(limit)
    for offer in offers:
        _erase(offer)
    return len(offers)


def _erase(offer: Offer) -> None:
    """Overwrite what deleted users have written. The version stays: no action is affected by the change.

    The notes on terms are of both sides, because a round keeps those of the round before it.
    """
    gone = deleted_users.of({offer.seller_id, offer.buyer_id})
    erased: Json = {"terms": offer.terms | {"notes": None}}
    if offer.buyer_id in gone:
        erased["customer_info"] = {}
    if offer.maker_id in gone:
        erased["message"] = None
    values = erased | {"words": queries.searchable(replace(offer, **erased))}
    db.execute(update(OfferRow).where(OfferRow.id == offer.id).values(**values))
    forgetting.erase_steps(offer.id, gone)
