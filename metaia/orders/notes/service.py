"""Notes of staff in the timeline of an order."""

from __future__ import annotations

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, NotFound
from metaia.core.state_machine import Transition
from metaia.orders import policy
from metaia.orders.money import service as money
from metaia.orders.queries import Order
from metaia.orders.timeline import service as timeline

NOTE = "note"  # an action in the timeline; every status allows it, so the state machine does not have it


def add(actor: Actor, order_id: str, text: str) -> Order:
    """Add a note to the timeline of an order in any status, for all its parties, without notifications.

    Raises NotFound, and Forbidden unless the actor manages orders.
    """
    return db.optimistic_then_locked(lambda: _add(actor, money.to_change(order_id), text))


def _add(actor: Actor, order: Order | None, text: str) -> Order:
    if order is None:
        raise NotFound("There is no such order.")
    if not actor.may(policy.ORDERS_MANAGE):
        raise Forbidden("You may not add a note to this order.")
    stay = Transition(order.status, NOTE, order.status, frozenset())
    after = timeline.step(order, stay, {}, text, actor, notify=False)
    timeline.write(after)
    return after
