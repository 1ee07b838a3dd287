"""Changes of the hours of shops, and pauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.http.parts.time_zones import require_zone
from metaia.core.json import Json
from metaia.core.times import now
from metaia.shops import policy
from metaia.shops import service as shop_service
from metaia.shops.queries import Shop


def set_hours(actor: Actor, given: Json, version: versions.Expected) -> Shop:
    """Replace the hours of the caller's shop. Raises Forbidden, NotFound, Conflict, and Invalid (`zone_unknown`)."""
    with db.transaction():
        before = shop_service.own_to_change(actor)
        shop_service.require_version(actor, before, version)
        zone = before.time_zone if given["time_zone"] is None else require_zone(given["time_zone"])
        exceptions = sorted(given["exceptions"], key=lambda each: each["date"])
        dated = [each | {"date": each["date"].isoformat()} for each in exceptions]
        weekly = {day: hours for day, hours in (given["weekly"] or {}).items() if hours}
        after = replace(
            before,
            time_zone=zone,
            weekly=None if given["weekly"] is None else weekly,
            exceptions=dated,
            last_order_minutes=given["last_order_minutes"],
        )
        return shop_service.write(actor, before, after)


def pause(actor: Actor, given: Json, version: versions.Expected) -> Shop:
    """Take no orders until a time. Raises Forbidden, NotFound, Conflict, and Invalid for a time that is no pause."""
    with db.transaction():
        before = shop_service.own_to_change(actor)
        shop_service.require_version(actor, before, version)
        moment, longest = now(), timedelta(minutes=policy.MAX_PAUSE_MINUTES)
        until = given["until"] or moment + timedelta(minutes=given["minutes"])
        if not moment < until <= moment + longest:
            raise Invalid(details={"until": [f"Must be in the next {policy.MAX_PAUSE_MINUTES} minutes."]})
        return shop_service.write(
            actor, before, replace(before, paused_until=until, pause_reason=given["reason"])
        )


def resume(actor: Actor, version: versions.Expected) -> Shop:
    """Take orders again; without a pause nothing changes. Raises Forbidden, NotFound and Conflict."""
    with db.transaction():
        before = shop_service.own_to_change(actor)
        shop_service.require_version(actor, before, version)
        return shop_service.write(actor, before, replace(before, paused_until=None, pause_reason=None))
