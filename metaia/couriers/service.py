"""Shifts and positions of couriers."""

from __future__ import annotations

import time
from contextlib import suppress

from flask import Flask, current_app
from redis.exceptions import RedisError
from sqlalchemy import update

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid, NotFound, declare
from metaia.core.geo import Point
from metaia.core.json import Json
from metaia.core.redis import connect
from metaia.core.times import now, rfc3339
from metaia.couriers import presenters, queries
from metaia.couriers.models import CourierShiftRow
from metaia.couriers.positions import Positions
from metaia.couriers.queries import Shift
from metaia.realtime import events
from metaia.users import queries as user_queries

EXTENSION = "metaia.courier_positions"
SILENT = 300.0  # seconds without a position, after which a shift is paused
declare({"off_shift": "The courier is not on shift."})


def init_app(app: Flask) -> None:
    """Connect the positions of `app` to Redis."""
    app.extensions[EXTENSION] = Positions(connect(app.config["REDIS_URL"]))


def positions() -> Positions:
    """Return the positions of the current application."""
    found: Positions = current_app.extensions[EXTENSION]
    return found


def read(courier_id: str) -> Json:
    """Return the shift of a courier."""
    shift = queries.shift(courier_id)
    return presenters.shift(courier_id, shift, paused=shift is not None and is_paused(shift))


def set_shift(actor: Actor, given: Json, *, version: versions.Expected = None) -> Json:
    """Begin, change or end the shift of `actor`. Raises Invalid, and Conflict for a stale version."""
    with db.transaction():
        user_queries.to_change(actor.id)  # so that two first shifts at once do not insert the same row
        shift = queries.shift(actor.id)
        shown = presenters.shift(actor.id, shift, paused=False)
        versions.require(version, shown["version"], "shift", lambda: {"shift": shown})
        vehicle = given.get("vehicle") or shown["vehicle"]
        if vehicle is None:
            raise Invalid(details={"vehicle": ["Missing data for required field."]})
        after = _write(actor.id, shift, working=given["on"], vehicle=vehicle)
    with suppress(RedisError):
        _follow(after, _place(given))
    return presenters.shift(actor.id, after, paused=False)


def end(actor: Actor, courier_id: str, reason: str) -> Json:
    """End the shift of another user, as staff does. Raises NotFound."""
    with db.transaction():
        shift = queries.shift(courier_id)
        if shift is None:
            raise NotFound("This user has no shift.")
        audit_log.record(
            "courier.shift_ended",
            subject=rooms.subject("user", courier_id),
            before={"on": shift.working},
            after={"on": False, "reason": reason},
            user=(actor.id, actor.role),
        )
        after = _write(courier_id, shift, working=False, vehicle=shift.vehicle)
    with suppress(RedisError):
        _follow(after, None)
    return presenters.shift(courier_id, after, paused=False)


def require_on_shift(courier_id: str) -> None:
    """Raise Conflict (`off_shift`) if a courier is not on shift."""
    if not queries.on_shift(courier_id):
        raise Conflict("You are not on shift.", code="off_shift")


def is_paused(shift: Shift) -> bool:
    """Return whether a courier on shift has sent no position for SILENT seconds; without Redis that is not known."""
    if not shift.working or (now() - shift.since).total_seconds() < SILENT:
        return False
    with suppress(RedisError):
        seen = positions().last_seen([shift.courier_id])
        if time.time() - positions().kept_since() < SILENT:
            return False
        return seen.get(shift.courier_id, 0.0) < time.time() - SILENT
    return False


def _write(courier_id: str, shift: Shift | None, *, working: bool, vehicle: str) -> Shift:
    moment = now()
    since = shift.since if shift is not None and shift.working == working else moment
    after = Shift(courier_id, working, vehicle, since, 1 if shift is None else shift.version + 1)
    values = {"working": working, "vehicle": vehicle, "since": since, "version": after.version}
    if shift is None:
        db.append(CourierShiftRow, courier_id=courier_id, **values)
    else:
        mine = CourierShiftRow.courier_id == courier_id
        db.execute(update(CourierShiftRow).where(mine).values(**values))
    if shift is None or shift.working != working:
        payload = {"courierId": courier_id, "on": working, "since": rfc3339(since)}
        events.record("courier.shift", payload, audience=[rooms.user(courier_id), *rooms.STAFF])
    return after


def _place(given: Json) -> Point | None:
    return None if given.get("lat") is None else Point(given["lat"], given["lng"])


def _follow(shift: Shift, place: Point | None) -> None:
    """Store the first position of a shift, or delete the last one after it. Raises RedisError."""
    if not shift.working:
        positions().hide(shift.courier_id)
    elif place is not None:
        positions().put(shift.courier_id, place, time.time())
