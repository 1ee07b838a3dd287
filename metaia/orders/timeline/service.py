"""Appending to the timeline of an order."""

from __future__ import annotations

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.orders.models import OrderStepRow
from metaia.orders.queries import Order
from metaia.orders.state import SYSTEM

# The fields that an action may change; the timeline keeps all of them after every step.
MUTABLE = ("status", "courier_id", "estimated_time", "estimated_pickup_time", "message", "reject_reason")


def append(
    after: Order, action: str, previous_status: str | None, note: str | None, actor: Actor | None
) -> None:
    """Append an entry to the timeline; without an actor it is the system's."""
    db.append(
        OrderStepRow,
        order_id=after.id,
        version=after.version,
        action=action,
        previous_status=previous_status,
        status=after.status,
        actor_id=actor.id if actor else None,
        actor_role=actor.role if actor else SYSTEM,
        note=note,
        after={name: getattr(after, name) for name in MUTABLE} | _of_payment(after),
        at=after.updated_at,
    )


def _of_payment(order: Order) -> Json:
    """Return the fields that a payment changes. An order that is settled elsewhere has none."""
    if order.payment is None:
        return {}
    return {"payment": order.payment, "accept_by": rfc3339(order.accept_by)}
