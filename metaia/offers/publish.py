"""Publishing a change of an offer: one event for live screens, and the notifications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.money import to_text
from metaia.core.times import rfc3339
from metaia.notifications import service as notification_service
from metaia.offers import presenters, queries, recipients
from metaia.offers.queries import Offer
from metaia.offers.state import OPEN
from metaia.realtime import events


def changed(
    before: Offer | None, after: Offer, action: str, message: str | None, actor: Actor | None
) -> None:
    """Record the event of `action` in the running transaction, and notify the other side, or both.

    `before` is None for a new offer. Without an actor it is the system's.
    """
    events.record(
        "offer.updated" if before else "offer.created",
        presenters.update(before, after, message),
        audience=recipients.rooms(after),
        subject=recipients.subject(after.id),
        thread=after.deal_id,
        ref=f"{recipients.KIND}:{after.id}:{after.version}",
    )
    by = actor.id if actor else None
    until = after.expires_at if after.status in OPEN else None
    for user_id, kind in recipients.recipients(action, after, by):
        data = _data(after, message)
        notification_service.notify(
            user_id, kind, data, subject=recipients.subject(after.id), expires_at=until
        )


def still_true(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the notifications in `rows` that are still true; a TruthCheck of notifications."""
    offers = queries.by_ids({row.data["offerId"] for row in rows})
    return {
        row.notification_id
        for row in rows
        if (offer := offers.get(row.data["offerId"])) is None
        or recipients.still_true(row.type, row.user_id, row.data["round"], offer)
    }


def _data(offer: Offer, message: str | None) -> Json:
    return {
        "offerId": offer.id,
        "offerNumber": offer.offer_number,
        "dealId": offer.deal_id,
        "status": offer.status,
        "round": offer.round,
        "price": None if offer.total is None else to_text(offer.total, offer.currency),
        "expiresAt": rfc3339(offer.expires_at),
        "orderId": offer.order_id,
        "orderNumber": offer.order_number,
        "note": message,
    }
