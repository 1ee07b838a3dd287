"""Personal data of couriers: export, and erasure when an account is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from redis.exceptions import RedisError
from sqlalchemy import delete, or_

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.couriers import presenters, queries, service
from metaia.couriers.models import CourierShiftRow, PartnerCourierRow


def erase(user_id: str) -> None:
    """Delete the shift, the position and the fleets of a deleted user, in the running transaction."""
    fleets = or_(PartnerCourierRow.courier_id == user_id, PartnerCourierRow.partner_id == user_id)
    db.execute(delete(PartnerCourierRow).where(fleets))
    db.execute(delete(CourierShiftRow).where(CourierShiftRow.courier_id == user_id))
    with suppress(RedisError):  # it is kept for two minutes
        service.positions().forget(user_id)


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the shift and the fleets of a courier."""
    shift = queries.shift(actor.id)
    if shift is not None:
        yield [presenters.shift(actor.id, shift, paused=False)]
    fleets = [presenters.fleet(row) for row in queries.fleets(actor.id)]
    if fleets:
        yield fleets
