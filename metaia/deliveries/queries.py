"""Selects on deliveries: orders with a delivery, and the rounds in which they are offered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.geo import Point
from metaia.core.times import now
from metaia.deliveries.models import DeliveryOfferRow, DeliveryWaveRow
from metaia.orders.models import OrderRow
from metaia.orders.queries import COLUMNS, Order
from metaia.orders.state import BEFORE_DISPATCH, OPEN_STATUSES
from metaia.shops.models import PartnerProfileRow
from metaia.users import queries as user_queries

MOST_OPEN = 50  # deliveries in the list of a courier
# As the index ix_orders_courier_wanted_at has it.
_OPEN = text(
    "orders.courier_id IS NULL AND orders.courier_wanted_at IS NOT NULL"
    " AND orders.status IN ('accepted', 'preparing', 'ready')"
)
AGAIN = timedelta(minutes=10)  # after which a courier gets an offer that it has given back


@dataclass(frozen=True, slots=True)
class Pickup:
    """The shop of a delivery, as far as couriers see it. Without a profile it has only the name of its account."""

    id: str
    name: str
    address: dict[str, Any] | None
    point: Point | None
    delivery_by: str


def by_id(delivery_id: str) -> Order | None:
    """Return the order of a delivery."""
    row = db.fetch_one(select(*COLUMNS).where(OrderRow.delivery_id == delivery_id))
    return None if row is None else Order(*row)


def by_ids(delivery_ids: Iterable[str]) -> dict[str, Order]:
    """Return the orders of deliveries by the ids of these."""
    rows = db.fetch_all(select(*COLUMNS).where(among(OrderRow.delivery_id, delivery_ids)))
    return {row.delivery_id: Order(*row) for row in rows}


def to_change(delivery_id: str) -> Order | None:
    """Return the order of a delivery, row-locked."""
    row = db.fetch_one(select(*COLUMNS).where(OrderRow.delivery_id == delivery_id).with_for_update())
    return None if row is None else Order(*row)


def offered_to(courier_id: str, fleets: Collection[str]) -> list[Order]:
    """Return the orders that are offered to a courier now, the longest waiting first."""
    query = _offered(courier_id, fleets).order_by(OrderRow.courier_wanted_at, OrderRow.id).limit(MOST_OPEN)
    return [Order(*row) for row in db.fetch_all(query)]


def is_offered_to(order_id: str, courier_id: str, fleets: Collection[str]) -> bool:
    """Return whether an order is offered to a courier now."""
    return db.fetch_one(_offered(courier_id, fleets).where(OrderRow.id == order_id)) is not None


def carried_by(courier_id: str, moment: datetime) -> list[Order]:
    """Return the orders that a courier has, and those that ended a short time ago."""
    recent = or_(OrderRow.status.in_(OPEN_STATUSES), OrderRow.contact_until > moment)
    query = select(*COLUMNS).where(
        OrderRow.courier_id == courier_id, recent, OrderRow.delivery_id.is_not(None)
    )
    return [Order(*row) for row in db.fetch_all(query.order_by(OrderRow.created_at.desc()).limit(MOST_OPEN))]


def active_of(courier_id: str) -> list[Order]:
    """Return the active orders of a courier."""
    query = select(*COLUMNS).where(OrderRow.courier_id == courier_id, OrderRow.status.in_(OPEN_STATUSES))
    return [Order(*row) for row in db.fetch_all(query)]


def active_counts(courier_ids: Iterable[str]) -> dict[str, int]:
    """Return how many active orders couriers have; those without any are left out."""
    active = (among(OrderRow.courier_id, courier_ids), OrderRow.status.in_(OPEN_STATUSES))
    query = (
        select(OrderRow.courier_id, func.count().label("jobs")).where(*active).group_by(OrderRow.courier_id)
    )
    return {row.courier_id: row.jobs for row in db.fetch_all(query)}


def unclaimed(limit: int) -> list[Order]:
    """Return the orders that are offered and that no courier has, the longest waiting first."""
    query = select(*COLUMNS).where(_OPEN).order_by(OrderRow.courier_wanted_at, OrderRow.id)
    return [Order(*row) for row in db.fetch_all(query.limit(limit))]


def claimed(limit: int) -> list[Order]:
    """Return the active orders with couriers, the oldest first."""
    row = OrderRow
    has = (row.courier_id.is_not(None), row.status.in_((*BEFORE_DISPATCH, "out_for_delivery")))
    query = select(*COLUMNS).where(*has, row.delivery_id.is_not(None)).order_by(row.created_at, row.id)
    return [Order(*found) for found in db.fetch_all(query.limit(limit))]


def claims_before(moment: datetime, limit: int) -> list[Order]:
    """Return the active orders that their couriers have claimed before `moment`."""
    offer = DeliveryOfferRow
    same = and_(offer.order_id == OrderRow.id, offer.courier_id == OrderRow.courier_id)
    active = OrderRow.status.in_((*BEFORE_DISPATCH, "out_for_delivery"))
    claimed_then = (offer.answer == "claimed", offer.answered_at < moment, active)
    query = select(*COLUMNS).join(offer, same).where(*claimed_then)
    return [Order(*row) for row in db.fetch_all(query.order_by(OrderRow.id).limit(limit))]


def pickups(partner_ids: Iterable[str | None]) -> dict[str, Pickup]:
    """Return the shops of partners by the ids of these."""
    profile = PartnerProfileRow
    query = (
        select(
            user_queries.ID, user_queries.NAME, profile.business_name, profile.address, profile.lat, profile.lng,
            profile.delivery_by,
        )
        .outerjoin(profile, profile.user_id == user_queries.ID)
        .where(among(user_queries.ID, {each for each in partner_ids if each}))
    )  # fmt: skip
    return {
        row.id: Pickup(
            row.id,
            row.business_name or row.name,
            row.address,
            None if row.lat is None else Point(row.lat, row.lng),
            row.delivery_by or "pool",
        )
        for row in db.fetch_all(query)
    }


def names(user_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of users by id."""
    query = select(user_queries.ID, user_queries.NAME).where(among(user_queries.ID, set(user_ids)))
    return {row.id: row.name for row in db.fetch_all(query)}


def due(moment: datetime, limit: int) -> list[tuple[str, datetime]]:
    """Return the rounds with a step that is due: order and time of the request."""
    row = DeliveryWaveRow
    query = select(row.order_id, row.wanted_at).where(row.next_at <= moment).order_by(row.next_at)
    return [(found.order_id, found.wanted_at) for found in db.fetch_all(query.limit(limit))]


def wave(order_id: str, wanted_at: datetime) -> AnyRow | None:
    """Return a round, row-locked."""
    row = DeliveryWaveRow
    query = select(row.__table__).where(row.order_id == order_id, row.wanted_at == wanted_at)
    return db.fetch_one(query.with_for_update())


def answers(order_id: str, wanted_at: datetime) -> dict[str, str | None]:
    """Return the couriers that got an order offered in a round, with their answers."""
    row = DeliveryOfferRow
    query = select(row.courier_id, row.answer).where(row.order_id == order_id, row.wanted_at == wanted_at)
    return {found.courier_id: found.answer for found in db.fetch_all(query)}


def _offered(courier_id: str, fleets: Collection[str]) -> Any:
    offer, round_ = DeliveryOfferRow, DeliveryWaveRow
    this_round = and_(round_.order_id == OrderRow.id, round_.wanted_at == OrderRow.courier_wanted_at)
    own = and_(
        offer.order_id == OrderRow.id,
        offer.courier_id == courier_id,
        offer.wanted_at == OrderRow.courier_wanted_at,
    )
    return (
        select(*COLUMNS)
        .join(round_, this_round)
        .outerjoin(offer, own)
        .where(_OPEN, _reaches(fleets), _not_answered())
    )


def _reaches(fleets: Collection[str]) -> ColumnElement[bool]:
    row = DeliveryWaveRow
    own = and_(row.reach == "own", among(OrderRow.partner_id, fleets))
    chosen = and_(row.reach == "chosen", DeliveryOfferRow.order_id.is_not(None))
    return or_(row.reach == "pool", own, chosen)


def _not_answered() -> ColumnElement[bool]:
    """Return the condition that the courier has not declined, missed or given back an order in its round."""
    row = DeliveryOfferRow
    long_ago = and_(row.answer == "released", row.answered_at < now() - AGAIN)
    again = and_(row.answer == "missed", DeliveryWaveRow.reach == "pool")
    return or_(row.answer.is_(None), long_ago, again)
