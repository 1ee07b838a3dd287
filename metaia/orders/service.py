"""Changes of orders. Each change takes one path: read, policy, transition, write, publish."""

from __future__ import annotations

from datetime import datetime

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.json import Json
from metaia.core.state_machine import Transition
from metaia.core.times import now
from metaia.orders import policy, presenters, queries
from metaia.orders.chat import service as chat
from metaia.orders.couriers import service as couriers
from metaia.orders.effects import service as effects
from metaia.orders.goods import service as goods
from metaia.orders.money import service as money
from metaia.orders.payment.state import PAID_BEFORE
from metaia.orders.queries import Order
from metaia.orders.state import MACHINE, SYSTEM
from metaia.orders.timeline import service as timeline


def act(actor: Actor, order_id: str, action: str, given: Json, *, version: versions.Expected = None) -> Order:
    """Do `action` to an order with the body `given`; return the order after it.

    Raises NotFound, Forbidden (never this actor's to do), Conflict (stale version, or not from this status) and
    Invalid.
    """
    return db.optimistic_then_locked(lambda: _act(actor, _to_change(order_id), action, given, version))


def set_status(
    actor: Actor, order_id: str, target: str, given: Json, *, version: versions.Expected = None
) -> Order:
    """Bring an order into the status `target` by the action that leads there. Raises as `act` does."""
    return db.optimistic_then_locked(lambda: _move_to(actor, _to_change(order_id), target, given, version))


def walk_to(
    actor: Actor, order_id: str, target: str, given: Json, *, version: versions.Expected = None
) -> Order:
    """Bring an order into the status `target` by as few actions as lead there, all in one transaction.

    Each action is a step of the timeline and an event. `given` and the notifications belong to the last one. Raises as
    `act` does; Conflict if no actions of this actor lead there.
    """
    with db.transaction():
        return _walk_to(actor, _to_change(order_id), target, given, version)


def advance(order_id: str, action: str, reason: str, *, notify: bool = True) -> Order:
    """Do `action` to an order as the system, in the running transaction, which row-locks it.

    Raises NotFound, Forbidden and Conflict as `act` does.
    """
    order = _to_change(order_id)
    transition = MACHINE.require(order, action, frozenset({SYSTEM}), None, dict)
    return move(order, transition, {}, reason, None, notify=notify)


def expire(order_id: str) -> bool:
    """Cancel an order whose deadline for acceptance has passed; return whether it was still pending."""
    return db.optimistic_then_locked(lambda: _expire(_to_change(order_id)))


def read(actor: Actor, order_id: str) -> Order:
    """Return an order that `actor` takes part in. Raises NotFound or Forbidden."""
    order = queries.get(order_id)
    if order is None:
        raise NotFound("There is no such order.")
    _require_part(actor, order)
    return order


def _act(actor: Actor, order: Order, action: str, given: Json, version: versions.Expected) -> Order:
    _require_part(actor, order)
    parties = policy.parties(actor, order)
    transition = MACHINE.require(order, action, parties, version, lambda: presenters.conflict(order, actor))
    _require_fit(actor, order, action)
    _require_payment(actor, order, action)
    changes = effects.of(actor, order, action, given)
    _audit(actor, order, transition, changes)
    moment = given.get("occurred_at")
    return move(order, transition, changes, given.get("reason"), actor, occurred_at=moment)


def _move_to(actor: Actor, order: Order, target: str, given: Json, version: versions.Expected) -> Order:
    _require_part(actor, order)
    transition = MACHINE.towards(order.status, target)
    if transition is None:
        versions.require(version, order.version, MACHINE.noun, lambda: presenters.conflict(order, actor))
        raise MACHINE.conflict(order, f"become {target}", presenters.conflict(order, actor))
    return _act(actor, order, transition.action, given, version)


def _walk_to(actor: Actor, order: Order, target: str, given: Json, version: versions.Expected) -> Order:
    _require_part(actor, order)
    versions.require(version, order.version, MACHINE.noun, lambda: presenters.conflict(order, actor))
    path = MACHINE.path(order.status, target, policy.parties(actor, order))
    if not path:
        raise MACHINE.conflict(order, f"become {target}", presenters.conflict(order, actor))
    _require_payment(actor, order, path[0].action)
    for transition in path[:-1]:
        _audit(actor, order, transition, {})
        if order.moves_money:
            order = move(order, transition, {}, None, actor, notify=False)
        else:  # the last one writes all of them
            order = timeline.step(order, transition, {}, None, actor, notify=False)
    changes = effects.of(actor, order, path[-1].action, given)
    _audit(actor, order, path[-1], changes)
    return move(order, path[-1], changes, given.get("reason"), actor)


def _expire(order: Order) -> bool:
    transition = MACHINE.find(order.status, "expire")
    if transition is None or order.accept_by > now():
        return False
    message = (
        "The order was not paid in time." if order.awaits_payment else "Nobody accepted the order in time."
    )
    move(order, transition, {"message": message}, None, None)
    return True


def _require_payment(actor: Actor, order: Order, action: str) -> None:
    """Raise Conflict if a partner takes or makes an order that its customer has still to pay online."""
    if order.awaits_payment and action in PAID_BEFORE:
        details = presenters.conflict(order, actor)
        raise Conflict("The order is not paid yet.", code="payment_required", details=details)


def _require_fit(actor: Actor, order: Order, action: str) -> None:
    """Raise Conflict if an action on the courier or the code is not possible, though the status allows it."""
    if not policy.fits(action, order):
        raise MACHINE.conflict(order, action, presenters.conflict(order, actor))


def _require_part(actor: Actor, order: Order) -> None:
    if not policy.may_see(actor, order):
        raise Forbidden("This order is not yours.")


def _to_change(order_id: str) -> Order:
    order = money.to_change(order_id)
    if order is None:
        raise NotFound("There is no such order.")
    return order


def _audit(actor: Actor, order: Order, transition: Transition, changes: Json) -> None:
    """Record in the audit log if staff acts on an order of others; its texts stand in the timeline."""
    if not policy.is_privileged(actor, order):
        return
    audit_log.record(
        f"order.{transition.action}",
        subject=rooms.subject("order", order.id),
        before={"status": order.status, "version": order.version, "deliveryPartnerId": order.courier_id},
        after={"status": transition.target, "deliveryPartnerId": changes.get("courier_id", order.courier_id)},
        user=(actor.id, actor.role),
    )


def move(
    before: Order,
    transition: Transition,
    changes: Json,
    reason: str | None,
    actor: Actor | None,
    *,
    notify: bool = True,
    occurred_at: datetime | None = None,
) -> Order:
    """Write an allowed change and its step in the timeline; publish it; move the order's money. Raises Stale."""
    courier_id = changes.get("courier_id", before.courier_id)
    money.require_lock(before, transition.action)
    chat.require_lock(before, courier_id)
    couriers.withdraw_events(before, courier_id)
    after = timeline.step(before, transition, changes, reason, actor, notify=notify, occurred_at=occurred_at)
    timeline.write(after, *changes, "status")
    chat.follow(before, after)
    goods.follow(before, after)
    if transition.action in money.MOVING and after.moves_money:
        return money.move(before, after, transition.action, actor)
    return after
