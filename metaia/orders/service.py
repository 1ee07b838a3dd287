"""What can be done to orders. Every change takes one road: read → may they? → does it move? → write → tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound
from metaia.core.state_machine import Transition
from metaia.core.times import now
from metaia.orders import policy, presenters, publish, queries
from metaia.orders.models import Order as Table
from metaia.orders.models import OrderStep
from metaia.orders.queries import Order
from metaia.orders.state import MACHINE, SYSTEM
from metaia.users import queries as user_queries

Given = dict[str, Any]
# What happened to an order may change these; the timeline keeps them all after every step.
MUTABLE = ("status", "courier_id", "estimated_time", "estimated_pickup_time", "message", "reject_reason")


def act(actor: Actor, order_id: str, action: str, given: Given, *, version: int | None = None) -> Order:
    """Do `action` to an order with what the actor has given; return the order after it.

    Raises NotFound, Forbidden (never theirs to do), Conflict (stale version, or not from this state) and Invalid.
    """
    return db.retried(lambda: _act(actor, _to_change(order_id), action, given, version))


def set_status(
    actor: Actor, order_id: str, target: str, given: Given, *, version: int | None = None
) -> Order:
    """Bring an order into `target` by whichever action leads there. Raises as `act` does."""
    return db.retried(lambda: _towards(actor, _to_change(order_id), target, given, version))


def expire(order_id: str) -> bool:
    """Cancel an order that nobody accepted in time; return whether it was still waiting."""
    return db.retried(lambda: _expire(_to_change(order_id)))


def read(actor: Actor, order_id: str) -> Order:
    """Return an order that `actor` takes part in. Raises NotFound or Forbidden."""
    order = queries.get(order_id)
    if order is None:
        raise NotFound("There is no such order.")
    _require_part(actor, order)
    return order


def _towards(actor: Actor, order: Order, target: str, given: Given, version: int | None) -> Order:
    _require_part(actor, order)
    transition = MACHINE.towards(order.status, target)
    if transition is None:
        _require_version(actor, order, version)
        raise _wrong_state(actor, order, f"become {target}")
    return _act(actor, order, transition.action, given, version)


def _expire(order: Order) -> bool:
    transition = MACHINE.find(order.status, "expire")
    if transition is None or order.accept_by > now():
        return False
    _move(order, transition, {"message": "Nobody accepted the order in time."}, None, None)
    return True


def _act(actor: Actor, order: Order, action: str, given: Given, version: int | None) -> Order:
    _require_part(actor, order)
    if not policy.may_ever(actor, order, action):
        raise Forbidden(f"It is not for you to {action} an order.")
    _require_version(actor, order, version)
    transition = MACHINE.find(order.status, action)
    if transition is None or action not in policy.allowed(actor, order, order.status):
        raise _wrong_state(actor, order, action)
    changes = _effects(action, given)
    if policy.is_privileged(actor, order):
        _record_privileged(actor, order, transition, changes)
    return _move(order, transition, changes, given.get("reason"), actor)


def _require_part(actor: Actor, order: Order) -> None:
    if not policy.may_see(actor, order):
        raise Forbidden("This order is not yours.")


def _to_change(order_id: str) -> Order:
    order = queries.to_change(order_id)
    if order is None:
        raise NotFound("There is no such order.")
    return order


def _require_version(actor: Actor, order: Order, version: int | None) -> None:
    if version is not None and version != order.version:
        raise Conflict(
            "The order has changed since you saw it.",
            code="stale_version",
            details=presenters.conflict(order, actor),
        )


def _wrong_state(actor: Actor, order: Order, wish: str) -> Conflict:
    return Conflict(
        f"An order that is {order.status} cannot {wish}.",
        code="illegal_transition",
        details=presenters.conflict(order, actor),
    )


def _record_privileged(actor: Actor, order: Order, transition: Transition, changes: Given) -> None:
    """Add to the audit log that staff acted on somebody else's order; what was said stands in the timeline."""
    audit_log.record(
        f"order.{transition.action}",
        subject=f"order-{order.id}",
        before={"status": order.status, "version": order.version, "deliveryPartnerId": order.courier_id},
        after={"status": transition.target, "deliveryPartnerId": changes.get("courier_id", order.courier_id)},
        user=(actor.id, actor.role),
    )


def _effects(action: str, given: Given) -> Given:
    """Return the fields of the order that `action` changes beside its status."""
    changed = {name: given[name] for name in ("estimated_time", "estimated_pickup_time") if given.get(name)}
    message = given.get("message")
    if action == "reject":
        changed["reject_reason"] = given.get("reason") or "other"
    elif action == "cancel":
        message = message or given.get("reason")
    elif action == "assign":
        changed["courier_id"] = _courier(given["delivery_partner_id"])
    return changed | ({"message": message} if message else {})


def _courier(user_id: str) -> str:
    if user_queries.active_with_role(user_id, {"delivery"}) is None:
        raise Invalid(details={"deliveryPartnerId": ["Not an active delivery partner."]})
    return user_id


def _move(
    before: Order, transition: Transition, changes: Given, reason: str | None, actor: Actor | None
) -> Order:
    """Write the change, its step in the timeline, and everything that tells people of it."""
    message = changes.get("message")
    changes = changes | {"status": transition.target, "version": before.version + 1, "updated_at": now()}
    after = replace(before, **changes)
    db.change(Table, id=before.id, **changes)
    append_step(after, transition.action, before.status, message or reason, actor)
    publish.changed(before, after, transition.action, message, actor)
    return after


def append_step(
    after: Order, action: str, previous_status: str | None, note: str | None, actor: Actor | None
) -> None:
    """Add to the timeline."""
    db.append(
        OrderStep,
        order_id=after.id,
        version=after.version,
        action=action,
        previous_status=previous_status,
        status=after.status,
        actor_id=actor.id if actor else None,
        actor_role=actor.role if actor else SYSTEM,
        note=note,
        after={name: getattr(after, name) for name in MUTABLE},
        at=after.updated_at,
    )
