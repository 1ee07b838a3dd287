"""Selects on the slots of couriers, and on contact data that couriers must not see any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from metaia.core import db
from metaia.orders.models import OrderRow
from metaia.orders.queries import COLUMNS, Order
from metaia.orders.state import OPEN_STATUSES
from metaia.shops.models import PartnerProfileRow


@dataclass(frozen=True, slots=True)
class ShopRules:
    """Which couriers deliver the orders of a shop, and the status at which they are called."""

    delivery_by: str = "pool"
    courier_call: str = "ready"


def lock_courier(courier_id: str) -> None:
    """Let this transaction be the only one that gives an order to a courier, until it ends."""
    key = func.hashtextextended(f"courier slots {courier_id}", 0)
    db.fetch_value(select(func.pg_advisory_xact_lock(key)))


def slots(courier_id: str) -> set[int]:
    """Return the slots that a courier's active orders take."""
    active = (OrderRow.courier_id == courier_id, OrderRow.status.in_(OPEN_STATUSES))
    return {row.courier_slot for row in db.fetch_all(select(OrderRow.courier_slot).where(*active))}


def shop_rules(partner_id: str) -> ShopRules:
    """Return how a partner wants its orders to be delivered; the defaults without a profile."""
    profile = PartnerProfileRow
    query = select(profile.delivery_by, profile.courier_call).where(profile.user_id == partner_id)
    row = db.fetch_one(query)
    return ShopRules() if row is None else ShopRules(*row)


def contact_to_end(moment: datetime, limit: int) -> list[str]:
    """Return the ids of ended orders of which the courier must not see the customer's data any more."""
    due = (OrderRow.contact_until <= moment, ~OrderRow.contact_ended)
    return [row.id for row in db.fetch_all(select(OrderRow.id).where(*due).limit(limit))]


def still_to_end(order_id: str) -> Order | None:
    """Return such an order, row-locked; None if another job was faster."""
    query = select(*COLUMNS).where(OrderRow.id == order_id, ~OrderRow.contact_ended)
    row = db.fetch_one(query.with_for_update())
    return None if row is None else Order(*row)
