"""How an offer looks outside: presenters compiled from the schemas, and what is special about offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import now, rfc3339
from metaia.offers import policy
from metaia.offers.queries import Offer
from metaia.offers.rounds.schemas import OfferRoundOut
from metaia.offers.schemas import OfferOut, OfferStepOut
from metaia.offers.state import OPEN, ROUNDS


class ShownOffer:
    """The part of an offer that decides what may be done with it, read from its JSON."""

    def __init__(self, offer: Json) -> None:
        self.seller_id: str = offer["sellerId"]
        self.buyer_id: str = offer["buyerId"]
        self.maker_id: str = offer["makerId"]
        self.status: str = offer["status"]
        self.round: int = offer["round"]
        self.total: float | None = offer["total"]
        self.expires_at = datetime.fromisoformat(offer["expiresAt"])


@dataclass(frozen=True, slots=True)
class _Round:
    """A round as the step that has made it keeps it."""

    maker_id: str
    round: int
    items: list[Json]
    adjustment: int
    total: int | None
    currency: str
    terms: Json
    message: str | None
    expires_at: datetime
    version: int
    at: datetime


def _items(this: Any) -> list[Json]:
    return [item | {"price": _price(item["price"], this.currency)} for item in this.items]


def _price(price: int | None, currency: str) -> float | None:
    return None if price is None else to_major(price, currency)


def _turn(this: Offer) -> str | None:
    return policy.taker(this) if this.status in OPEN else None


# All fields of OfferOut that are the same for every viewer: all but `allowedActions`.
common = presenter(OfferOut, computed={"items": _items, "turn": _turn}, without=["allowed_actions"])
step = presenter(OfferStepOut)
_round = presenter(OfferRoundOut, computed={"items": _items})


def offer(this: Offer, actor: Actor) -> Json:
    """Return an offer as `OfferOut`, with the actions that `actor` may do now."""
    return with_actions(common(this), policy.allowed(actor, this, now()))


def past(then: Offer, present: Offer, actor: Actor) -> Json:
    """Return an offer as it was, as `OfferOut`, with the actions that `actor` may do now."""
    return with_actions(common(then), policy.allowed(actor, present, now()))


def with_actions(common_part: Json, actions: Sequence[str]) -> Json:
    """Complete `common()` for one viewer of an event."""
    return {**common_part, "allowedActions": list(actions)}


def rounds(steps: Iterable[AnyRow], currency: str) -> list[Json]:
    """Return the rounds that these steps have made, each as `OfferRoundOut`."""
    return [round_after(each, currency) for each in steps if each.action in ROUNDS]


def round_after(step: AnyRow, currency: str) -> Json:
    """Return the round that an offer had after a step, as `OfferRoundOut`."""
    return _round(_made_by(step, currency))


def _made_by(made_by: AnyRow, currency: str) -> _Round:
    names = ("maker_id", "items", "adjustment", "total", "terms", "message")
    return _Round(
        **{name: made_by.after[name] for name in names},
        round=made_by.round,
        currency=currency,
        expires_at=datetime.fromisoformat(made_by.after["expires_at"]),
        version=made_by.version,
        at=made_by.at,
    )


def conflict(this: Offer, actor: Actor) -> Json:
    """Return the `details` of a 409: the offer's current state, the actions that are possible, and its order."""
    shown = offer(this, actor)
    keys = ("status", "version", "allowedActions", "orderId")
    return {key: shown[key] for key in keys} | {"offer": shown}


def update(before: Offer | None, after: Offer, message: str | None) -> Json:
    """Return the payload of `offer:created` and `offer:updated`; `allowedActions` are added at delivery."""
    return {
        "offerId": after.id,
        "dealId": after.deal_id,
        "status": after.status,
        "previousStatus": before.status if before else None,
        "round": after.round,
        "message": message,
        "offer": common(after),
        "orderId": after.order_id,
        "updatedAt": rfc3339(after.updated_at),
    }
