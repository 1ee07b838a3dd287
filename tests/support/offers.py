"""Offers written into the table, where making them over HTTP is too slow or needs another state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.offers import queries
from metaia.offers.models import OfferRow
from metaia.offers.queries import Offer
from metaia.offers.timeline import service as timeline

ITEM: Json = {"id": "1", "name": "Linen", "quantity": 4, "minQuantity": 4, "unit": None, "price": 31_000}
NO_TERMS: Json = {"deliverBy": None, "paymentTerms": None, "notes": None}


def insert_offer(seller_id: str, buyer_id: str, *, maker_id: str | None = None, **values: Any) -> Offer:
    """Insert a pending offer with its first step; by default its buyer has made it, and it has two days."""
    moment, offer_id = now(), new_id()
    maker_id = maker_id or buyer_id
    first: Json = {
        "id": offer_id,
        "offer_number": queries.next_number(),
        "deal_id": offer_id,
        "status": "pending",
        "seller_id": seller_id,
        "buyer_id": buyer_id,
        "maker_id": maker_id,
        "round": 1,
        "items": [ITEM],
        "adjustment": 0,
        "total": 124_000,
        "first_total": 124_000,
        "currency": "INR",
        "terms": NO_TERMS,
        "customer_info": {},
        "expires_at": moment + timedelta(days=2),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
    }
    offer = Offer(**first | values)
    with db.transaction():
        return timeline.create(offer, Actor(maker_id, "customer", "", 0))


def set_offer(offer_id: str, **values: Any) -> None:
    """Change columns of an offer, such as its time."""
    with db.transaction():
        db.execute(update(OfferRow).where(OfferRow.id == offer_id).values(**values))
