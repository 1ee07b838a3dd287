"""Selects on deliveries: orders with a delivery, and the rounds in which they are offered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_
from sqlalchemy.orm import aliased

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.geo import Point
from metaia.core.times import now
from metaia.deliveries.models import DeliveryOfferRow, DeliveryWaveRow
from metaia.orders.couriers import queries as orders
from metaia.orders.queries import COLUMNS, Order
from metaia.orders.state import BEFORE_DISPATCH, OPEN_STATUSES
from metaia.shops import queries as shop_queries
from metaia.users import queries as user_queries

AGAIN = timedelta(minutes=10)  # after which a courier gets an offer that it has given back


@dataclass(frozen=True, slots=True)
class Pickup:
    """The shop of a delivery, as far as couriers see it. Without a profile it has only the name of its account."""

    id: str
    name: str
    address: dict[str, Any] | None
    point: Point | None
    delivery_by: str


def offered_to(courier_id: str, fleets: Collection[str]) -> list[Order]:
    """Return the orders that are offered to a courier now, the longest waiting first."""
    query = _offered(courier_id, fleets).order_by(orders.WANTED_AT, orders.ID).limit(orders.MOST_OPEN)
    return [Order(*row) for row in db.fetch_all(query)]


def is_offered_to(order_id: str, courier_id: str, fleets: Collection[str]) -> bool:
    """Return whether an order is offered to a courier now."""
    return db.fetch_one(_offered(courier_id, fleets).where(order_id == orders.ID)) is not None


def ends(offered: Sequence[Order]) -> dict[str, datetime]:
    """Return until when couriers are asked alone, by order; an order that all couriers may claim is not in it."""
    row = DeliveryWaveRow
    rounds = [(order.id, order.courier_wanted_at) for order in offered]
    alone = (row.reach == "chosen", row.next_at.is_not(None), tuple_(row.order_id, row.wanted_at).in_(rounds))
    query = select(row.order_id, row.next_at).where(*alone)
    return {found.order_id: found.next_at for found in db.fetch_all(query)} if rounds else {}


def claims_before(moment: datetime, limit: int, after: str | None = None) -> list[Order]:
    """Return the active orders that their couriers have claimed before `moment`, by id; those that follow `after`."""
    offer = DeliveryOfferRow
    this_round = offer.wanted_at == orders.WANTED_AT
    same = and_(offer.order_id == orders.ID, offer.courier_id == orders.COURIER_ID, this_round)
    active = orders.STATUS.in_((*BEFORE_DISPATCH, "out_for_delivery"))
    claimed_then = (offer.answer == "claimed", offer.answered_at < moment, active)
    query = select(*COLUMNS).join(offer, same).where(*claimed_then)
    query = query if after is None else query.where(after < orders.ID)
    return [Order(*row) for row in db.fetch_all(query.order_by(orders.ID).limit(limit))]


def pickups(partner_ids: Iterable[str | None]) -> dict[str, Pickup]:
    """Return the shops of partners by the ids of these."""
    ids = {each for each in partner_ids if each}
    shops = shop_queries.by_ids(ids)
    found = {}
    for partner_id, name in names(ids).items():
        shop = shops.get(partner_id)
        if shop is None:
            found[partner_id] = Pickup(partner_id, name, None, None, "pool")
        else:
            found[partner_id] = Pickup(
                partner_id, shop.business_name, shop.address, shop.point, shop.delivery_by
            )
    return found


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


def delete_ended(table: type[DeliveryOfferRow | DeliveryWaveRow], before: datetime, limit: int) -> int:
    """Delete up to `limit` rows of rounds that began before a time, of orders that have ended; return their number."""
    found = aliased(table)  # else the select would refer to the row that is deleted
    names = [column.name for column in table.__table__.columns if column.primary_key]
    keys, old_keys = ([getattr(each, name) for name in names] for each in (table, found))
    ended = orders.STATUS.not_in(OPEN_STATUSES)
    old = select(*old_keys).where(found.order_id == orders.ID, found.wanted_at < before, ended)
    return db.execute(delete(table).where(tuple_(*keys).in_(old.limit(limit)))).rowcount


def _offered(courier_id: str, fleets: Collection[str]) -> Any:
    offer, round_ = DeliveryOfferRow, DeliveryWaveRow
    this_round = and_(round_.order_id == orders.ID, round_.wanted_at == orders.WANTED_AT)
    own = and_(
        offer.order_id == orders.ID,
        offer.courier_id == courier_id,
        offer.wanted_at == orders.WANTED_AT,
    )
    return (
        select(*COLUMNS)
        .join(round_, this_round)
        .outerjoin(offer, own)
        .where(orders.OPEN, _reaches(fleets), _not_answered())
    )


def _reaches(fleets: Collection[str]) -> ColumnElement[bool]:
    row = DeliveryWaveRow
    own = and_(row.reach == "own", among(orders.PARTNER_ID, fleets))
    # In each round: staff offers the orders of own fleets to other couriers, too.
    chosen = DeliveryOfferRow.order_id.is_not(None)
    return or_(row.reach == "pool", own, chosen)


def _not_answered() -> ColumnElement[bool]:
    """Return the condition that the courier has not declined, missed or given back an order in its round."""
    row = DeliveryOfferRow
    long_ago = and_(row.answer == "released", row.answered_at < now() - AGAIN)
    again = and_(row.answer == "missed", DeliveryWaveRow.reach == "pool")
    return or_(row.answer.is_(None), long_ago, again)
