"""Selects on the slots of couriers, and on contact data that couriers must not see any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, text

from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.orders.models import OrderRow
from metaia.orders.queries import COLUMNS, Order
from metaia.orders.state import BEFORE_DISPATCH, OPEN_STATUSES

MOST_OPEN = 50  # deliveries in the list of a courier
# As the index ix_orders_courier_wanted_at has it.
OPEN = text(
    "orders.courier_id IS NULL AND orders.courier_wanted_at IS NOT NULL"
    " AND orders.status IN ('accepted', 'preparing', 'ready')"
)
# What the selects of deliveries join and filter by.
ID, COURIER_ID, PARTNER_ID = OrderRow.id, OrderRow.courier_id, OrderRow.partner_id
WANTED_AT, STATUS = OrderRow.courier_wanted_at, OrderRow.status
# As the partial index uq_orders_courier_slot has it: with a parameter for the statuses it would not be used.
_ACTIVE = text("orders.status IN ({})".format(", ".join(f"'{each}'" for each in sorted(OPEN_STATUSES))))
# Each position of a courier reads it.
_active_of = PreparedSelect(select(*COLUMNS).where(OrderRow.courier_id == bindparam("courier_id"), _ACTIVE))


def lock_courier(courier_id: str) -> None:
    """Let this transaction be the only one that gives an order to a courier, until it ends."""
    key = func.hashtextextended(f"courier slots {courier_id}", 0)
    db.fetch_value(select(func.pg_advisory_xact_lock(key)))


def slots(courier_id: str) -> set[int]:
    """Return the slots that a courier's active orders take."""
    active = (OrderRow.courier_id == courier_id, OrderRow.status.in_(OPEN_STATUSES))
    return {row.courier_slot for row in db.fetch_all(select(OrderRow.courier_slot).where(*active))}


def contact_to_end(moment: datetime, limit: int) -> list[str]:
    """Return the ids of ended orders of which the courier must not see the customer's data any more."""
    due = (OrderRow.contact_until <= moment, ~OrderRow.contact_ended)
    return [row.id for row in db.fetch_all(select(OrderRow.id).where(*due).limit(limit))]


def still_to_end(order_id: str) -> Order | None:
    """Return such an order, row-locked; None if another job was faster."""
    query = select(*COLUMNS).where(OrderRow.id == order_id, ~OrderRow.contact_ended)
    row = db.fetch_one(query.with_for_update())
    return None if row is None else Order(*row)


def of_delivery(delivery_id: str) -> Order | None:
    """Return the order of a delivery."""
    row = db.fetch_one(select(*COLUMNS).where(OrderRow.delivery_id == delivery_id))
    return None if row is None else Order(*row)


def of_deliveries(delivery_ids: Iterable[str]) -> dict[str, Order]:
    """Return the orders of deliveries by the ids of these."""
    rows = db.fetch_all(select(*COLUMNS).where(among(OrderRow.delivery_id, delivery_ids)))
    return {row.delivery_id: Order(*row) for row in rows}


def of_delivery_to_change(delivery_id: str) -> Order | None:
    """Return the order of a delivery, row-locked."""
    row = db.fetch_one(select(*COLUMNS).where(OrderRow.delivery_id == delivery_id).with_for_update())
    return None if row is None else Order(*row)


def carried_by(courier_id: str, moment: datetime) -> list[Order]:
    """Return the orders that a courier has, and those that ended a short time ago."""
    recent = or_(OrderRow.status.in_(OPEN_STATUSES), OrderRow.contact_until > moment)
    query = select(*COLUMNS).where(
        OrderRow.courier_id == courier_id, recent, OrderRow.delivery_id.is_not(None)
    )
    return [Order(*row) for row in db.fetch_all(query.order_by(OrderRow.created_at.desc()).limit(MOST_OPEN))]


def active_of(courier_id: str) -> list[Order]:
    """Return the active orders of a courier."""
    return [Order(*row) for row in db.fetch_tuples(_active_of, {"courier_id": courier_id})]


def active_counts(courier_ids: Iterable[str]) -> dict[str, int]:
    """Return how many active orders couriers have; those without any are left out."""
    active = (among(OrderRow.courier_id, courier_ids), OrderRow.status.in_(OPEN_STATUSES))
    query = (
        select(OrderRow.courier_id, func.count().label("jobs")).where(*active).group_by(OrderRow.courier_id)
    )
    return {row.courier_id: row.jobs for row in db.fetch_all(query)}


def unclaimed(limit: int) -> list[Order]:
    """Return the orders that are offered and that no courier has, the longest waiting first."""
    query = select(*COLUMNS).where(OPEN).order_by(OrderRow.courier_wanted_at, OrderRow.id)
    return [Order(*row) for row in db.fetch_all(query.limit(limit))]


def claimed(limit: int) -> list[Order]:
    """Return the active orders with couriers, the oldest first."""
    row = OrderRow
    has = (row.courier_id.is_not(None), row.status.in_((*BEFORE_DISPATCH, "out_for_delivery")))
    query = select(*COLUMNS).where(*has, row.delivery_id.is_not(None)).order_by(row.created_at, row.id)
    return [Order(*found) for found in db.fetch_all(query.limit(limit))]
