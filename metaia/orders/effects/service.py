"""The fields that each action on an order changes in addition to the status."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.orders.couriers import service as couriers
from metaia.orders.proof import service as proof
from metaia.orders.queries import Order

Effect = Callable[[Actor, Order, Json], Json]


def of(actor: Actor, order: Order, action: str, given: Json) -> Json:
    """Return the fields that `action` changes. Raises Invalid, Conflict, and Stale if the order must be row-locked."""
    changes = {name: given[name] for name in ("estimated_time", "estimated_pickup_time") if given.get(name)}
    if action in EFFECTS:
        changes |= EFFECTS[action](actor, order, given)
    changes |= couriers.called(order, action)
    message = given.get("message") or (given.get("reason") if action == "cancel" else None)
    return changes | ({"message": message} if message else {})


def _rejected(_: Actor, __: Order, given: Json) -> Json:
    return {"reject_reason": given.get("reason") or "other"}


def _on_courier(action: str) -> Effect:
    return lambda _, order, given: couriers.EFFECTS[action](order, given)


EFFECTS: Mapping[str, Effect] = {
    "reject": _rejected,
    "deliver": proof.given,
    "report-problem": proof.attach_problem,
    "renew-code": lambda _, order, __: proof.renewed(order),
    **{action: _on_courier(action) for action in couriers.EFFECTS},
}
