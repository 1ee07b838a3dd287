"""One step of the round in which an order is offered. Jobs do these steps when they are due.

Couriers are looked up before the order is row-locked, so that no claim waits for Redis. With the order row-locked no
offer can follow its `delivery:closed`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from flask import current_app
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.couriers import queries as courier_queries
from metaia.couriers import service as couriers
from metaia.couriers.positions import MOST
from metaia.deliveries import publish, queries
from metaia.deliveries.dispatch import policy
from metaia.deliveries.dispatch.policy import Candidate
from metaia.deliveries.models import DeliveryOfferRow, DeliveryWaveRow
from metaia.deliveries.queries import Pickup
from metaia.jobs import loop
from metaia.orders import queries as order_queries
from metaia.orders.couriers import queries as courier_orders
from metaia.orders.queries import Order

BATCH = 100
ROOM_FITS = 500  # couriers on shift; above it an offer goes to the nearest ones only


def advance() -> int:
    """Do the steps that are due; return their number."""
    rounds = dict(queries.due(now(), BATCH))
    return loop.work_each(lambda order_id: _advance(order_id, rounds[order_id]), rounds)


def offer_to(order: Order, courier_ids: Sequence[str]) -> None:
    """Offer an order to couriers besides those that it is offered to already; it is row-locked."""
    pickup = queries.pickups([order.partner_id]).get(order.partner_id or "")
    added = _add(order, courier_ids)
    if added:
        publish.offered(order, pickup, added, queries.ends([order]).get(order.id))
        publish.notify_couriers(order, pickup, added)


def restart(order: Order, mode: str) -> None:
    """Offer an order by the rules of a mode from now on; it is row-locked."""
    reach = "chosen" if mode == "nearest" else "pool"
    _change(order, reach=reach, wave=0, next_at=now())


def _advance(order_id: str, wanted_at: datetime) -> bool:
    order = order_queries.get(order_id)
    if order is None or not _is_open(order, wanted_at):
        with db.transaction():
            _end(order_id, wanted_at)
        return False
    pickup = queries.pickups([order.partner_id]).get(order.partner_id or "")
    candidates = _candidates(order, pickup)
    with db.transaction():
        order = order_queries.to_change(order_id)
        row = queries.wave(order_id, wanted_at)
        if order is None or row is None or row.next_at is None or row.next_at > now():
            return False  # another worker has done this step
        if not _is_open(order, wanted_at):
            _end(order_id, wanted_at)
            return False
        _step(order, row, pickup, candidates)
        return True


def _step(order: Order, row: AnyRow, pickup: Pickup | None, candidates: list[Candidate]) -> None:
    if row.wave == policy.LAST - 1:
        publish.unclaimed(order)
        _change(order, wave=policy.LAST, next_at=None)
    elif row.reach == "chosen":
        _ask_next(order, pickup, candidates)
    elif row.reach == "own":
        _ask_own(order, row.wave, pickup)
    else:
        _ask_all(order, row.wave, pickup, candidates)


def _ask_all(order: Order, wave: int, pickup: Pickup | None, candidates: list[Candidate]) -> None:
    """Offer an order to all couriers at the first wave, and push it to those that a wave reaches."""
    if wave == 0:
        crowd = courier_queries.count_working() > ROOM_FITS
        publish.offered(order, pickup, [each.courier_id for each in candidates] if crowd else None)
    reach = policy.WAVES[wave].kilometres * 1000
    within = [each.courier_id for each in candidates if each.metres is None or each.metres <= reach]
    publish.notify_couriers(order, pickup, _add(order, within))
    _change(order, wave=wave + 1, next_at=_after(order, policy.next_step(wave)))


def _ask_own(order: Order, wave: int, pickup: Pickup | None) -> None:
    """Offer an order to the partner's own fleet; for some partners, at the next step to the pool."""
    if wave > 0:
        nearest = current_app.config["DISPATCH_MODE"] == "nearest"
        _change(order, reach="chosen" if nearest else "pool", wave=0, next_at=now())
        return
    fleet = courier_queries.fleet_ids(order.partner_id) if order.partner_id else set()
    working = [*courier_queries.vehicles(fleet)]
    publish.offered(order, pickup, working)
    publish.notify_couriers(order, pickup, _add(order, working))
    if pickup is not None and pickup.delivery_by == "own_then_pool":
        _change(order, wave=1, next_at=now() + policy.OWN_FIRST)
    else:
        _change(order, wave=policy.LAST - 1, next_at=_after(order, policy.UNCLAIMED))


def _ask_next(order: Order, pickup: Pickup | None, candidates: list[Candidate]) -> None:
    """Ask the next courier alone; after MOST_MISSES, or with no courier left, ask all."""
    missed = update(DeliveryOfferRow).where(
        *_round(DeliveryOfferRow, order), DeliveryOfferRow.answer.is_(None)
    )
    db.execute(missed.values(answer="missed", answered_at=now()))
    asked = queries.answers(order.id, _wanted(order))
    left = [each for each in policy.nearest(candidates) if each.courier_id not in asked]
    if not left or len(asked) >= policy.MOST_MISSES:
        _change(order, reach="pool", wave=0, next_at=now())
        return
    chosen, ends = _add(order, [left[0].courier_id]), now() + policy.ANSWER
    publish.offered(order, pickup, chosen, ends)
    publish.notify_couriers(order, pickup, chosen)
    _change(order, next_at=ends)


def _candidates(order: Order, pickup: Pickup | None) -> list[Candidate]:
    """Return the couriers that may get an order, the nearest first; all on shift if no place or no Redis is known."""
    away: dict[str, float] = {}
    place = pickup.point if pickup else None
    if place is not None:
        with suppress(RedisError):
            away = {each.courier_id: each.metres for each in couriers.positions().near(place, policy.FAR)}
    ids = [*away] if away else courier_queries.working(MOST)
    shifts = courier_queries.shifts(ids)
    jobs = courier_orders.active_counts(shifts)
    asked = queries.answers(order.id, _wanted(order))
    most, moment = current_app.config["COURIER_MAX_JOBS"], now()
    return policy.nearest(
        [
            Candidate(each, away.get(each), jobs.get(each, 0), (moment - since).total_seconds())
            for each, since in shifts.items()
            if jobs.get(each, 0) < most and asked.get(each) is None
        ]
    )


def _add(order: Order, courier_ids: Collection[str]) -> list[str]:
    """Store that an order is offered to couriers; return those that had not got it in this round."""
    if not courier_ids:
        return []
    moment, wanted_at = now(), _wanted(order)
    rows = [
        {"order_id": order.id, "courier_id": each, "wanted_at": wanted_at, "offered_at": moment}
        for each in courier_ids
    ]
    added = (
        insert(DeliveryOfferRow).values(rows).on_conflict_do_nothing().returning(DeliveryOfferRow.courier_id)
    )
    return [row.courier_id for row in db.execute(added)]


def _change(order: Order, **values: object) -> None:
    db.execute(update(DeliveryWaveRow).where(*_round(DeliveryWaveRow, order)).values(**values))


def _end(order_id: str, wanted_at: datetime) -> None:
    row = DeliveryWaveRow
    db.execute(delete(row).where(row.order_id == order_id, row.wanted_at == wanted_at))


def _round(row: type[DeliveryWaveRow | DeliveryOfferRow], order: Order) -> tuple[ColumnElement[bool], ...]:
    return row.order_id == order.id, row.wanted_at == order.courier_wanted_at


def _is_open(order: Order, wanted_at: datetime) -> bool:
    return order.is_offered and order.courier_wanted_at == wanted_at


def _wanted(order: Order) -> datetime:
    assert order.courier_wanted_at is not None  # noqa: S101 - it is offered
    return order.courier_wanted_at


def _after(order: Order, delay: timedelta | None) -> datetime | None:
    return None if delay is None else _wanted(order) + delay
