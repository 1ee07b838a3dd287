"""Ended orders and their reviews, written into the tables, where making them over HTTP is too slow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_new

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.orders import queries as order_queries
from metaia.orders.models import OrderRow, OrderStepRow
from metaia.reviews.models import ReviewRow
from metaia.shops.models import PartnerProfileRow

PRODUCT = "00000000-0000-4000-8000-00000000aaaa"
ITEM = {"id": "1", "name": "Suit", "quantity": 1, "price": 100, "productId": PRODUCT}


def insert_order(
    customer_id: str,
    partner_id: str,
    *,
    courier_id: str | None = None,
    status: str = "completed",
    days_ago: float = 0,
    placed_by: str | None = None,
    **values: Any,
) -> str:
    """Insert an order of one product that has ended so many days ago; return its id."""
    order_id, moment = new_id(), now() - timedelta(days=days_ago)
    row: dict[str, Any] = {
        "id": order_id, "order_number": order_queries.next_number(), "deal_id": order_id, "status": status,
        "customer_id": customer_id, "partner_id": partner_id, "courier_id": courier_id, "customer_info": {},
        "items": [ITEM], "adjustment": 0, "total": 100, "currency": "INR", "version": 2, "accept_by": moment,
        "created_at": moment, "updated_at": moment, "words": "",
    }  # fmt: skip
    steps = [("create", "pending", placed_by or customer_id), ("complete", status, partner_id)]
    with db.transaction():
        db.execute(insert(OrderRow).values(**row | values))
        for version, (action, after, actor_id) in enumerate(steps, 1):
            step = {"order_id": order_id, "version": version, "action": action, "status": after}
            step |= {"actor_id": actor_id, "actor_role": "customer", "after": {}, "at": moment}
            db.execute(insert(OrderStepRow).values(**step))
    return order_id


def insert_review(
    author_id: str, partner_id: str, rating: int = 5, *, courier_id: str | None = None, **values: Any
) -> str:
    """Insert a review of a partner, or of a courier, with an order for it; return its id."""
    moment = now()
    row: dict[str, Any] = {
        "id": new_id(), "order_id": insert_order(author_id, partner_id, courier_id=courier_id),
        "author_id": author_id, "partner_id": None if courier_id else partner_id,
        "subject_type": "courier" if courier_id else "partner", "subject_id": courier_id or partner_id,
        "rating": rating, "tags": [], "media_ids": [], "status": "published", "open_reports": 0, "version": 1,
        "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    with db.transaction():
        db.execute(insert(ReviewRow).values(**row | values))
    return str((row | values)["id"])


def publish_profile(partner_id: str, name: str = "Atelier") -> None:
    """Give a partner a published profile, unless there is one."""
    moment = now()
    row: dict[str, Any] = {
        "user_id": partner_id, "slug": f"shop-{new_id()}", "business_name": name, "tags": [], "media_ids": [],
        "currency": "INR", "time_zone": "UTC", "status": "published", "hidden_by_staff": False, "exceptions": [],
        "last_order_minutes": 0, "preparation_minutes": 15, "busy_extra_minutes": 0, "accept_when_busy": True,
        "minimum_order": 0, "fulfilments": ["pickup"], "custom_items": True, "delivery_by": "none",
        "postal_codes": [], "tiers": [], "courier_call": "ready", "proof": {}, "menu_version": 1, "version": 1,
        "words": "", "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    with db.transaction():
        db.execute(insert_new(PartnerProfileRow).values(**row).on_conflict_do_nothing())
