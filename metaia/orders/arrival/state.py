"""The time of arrival of an order: computed with each of its actions, and stored with them. Pure.

It is stored with what it is computed from: `ready` (minutes of preparation), `metres` (from the shop to the customer,
none for a pickup), `vehicle`, and `readyAt`. Positions of couriers are no part of it: all parties see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from metaia.core import geo
from metaia.core.geo import USUAL
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.orders.state import OPEN_STATUSES

PENDING = "pending"
SHOWN = ("at", "lowAt", "highAt")
UNKNOWN: Json = dict.fromkeys(SHOWN)
# Actions that change nothing of it: none of them says when the order will be ready, or on its way.
NEUTRAL = frozenset({"note", "report-problem", "renew-code", "cancel-courier"})


@dataclass(frozen=True, slots=True)
class Step:
    """An action on an order: its status before and after, and what the partner has stated in minutes or as a text."""

    action: str
    previous: str
    status: str
    moment: datetime
    stated: Any = None
    has_courier: bool = False
    scheduled_for: datetime | None = None


def planned(
    moment: datetime, *, ready: int, metres: int | None, delivered: bool, scheduled_for: datetime | None
) -> Json | None:
    """Return the arrival of a new order that its shop makes from `moment` on; None for a ride of unknown length."""
    if delivered and metres is None:
        return None
    inputs = {"ready": ready, "metres": metres if delivered else None, "vehicle": USUAL}
    inputs["readyAt"] = rfc3339(moment + timedelta(minutes=ready))
    return inputs | _times(inputs, PENDING, moment, scheduled_for)


def after(before: Json, step: Step) -> Json:
    """Return the arrival of an order after an action."""
    if step.action in NEUTRAL:
        return before
    inputs = before | UNKNOWN
    if not step.has_courier:
        inputs["vehicle"] = USUAL
    if step.previous == PENDING and step.status != PENDING:
        inputs["readyAt"] = _in_minutes(step, inputs["ready"])
    elif step.action == "ready":
        inputs["readyAt"] = _in_minutes(step, 0)
    done = step.status not in OPEN_STATUSES or (step.status == "ready" and inputs["metres"] is None)
    if done or step.action == "return":
        return inputs
    return inputs | _times(inputs, step.status, step.moment, step.scheduled_for)


def shown(stored: Json | None) -> Json | None:
    """Return what all parties see; None if it is not known, or the order has arrived or ended."""
    if stored is None or stored["at"] is None:
        return None
    return {name: stored[name] for name in SHOWN}


def _in_minutes(step: Step, otherwise: int) -> str | None:
    minutes = step.stated if isinstance(step.stated, int) else otherwise
    return rfc3339(step.moment + timedelta(minutes=minutes))


def _times(inputs: Json, status: str, moment: datetime, scheduled_for: datetime | None) -> Json:
    """Return when an order arrives. One for later is made so that it arrives then."""
    ride = 0.0 if inputs["metres"] is None else geo.ride_of(inputs["metres"], inputs["vehicle"])
    left = (datetime.fromisoformat(inputs["readyAt"]) - moment) / timedelta(minutes=1)
    ready_in = 0.0 if status == "out_for_delivery" else max(0.0, left)
    begins = moment
    if scheduled_for is not None and status != "out_for_delivery":
        begins = max(moment, scheduled_for - timedelta(minutes=ceil(ready_in + ride)))
    found = geo.estimate(begins, ready_in=ready_in, to_customer=ride)
    return dict(zip(SHOWN, map(rfc3339, (found.at, found.low_at, found.high_at)), strict=True))
