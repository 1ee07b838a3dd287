"""Changes of an order's row, each with its entry in the timeline and its event."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.state_machine import Transition
from metaia.core.times import now, occurred, rfc3339
from metaia.orders import hooks, publish, queries
from metaia.orders.arrival import state as arrival
from metaia.orders.couriers import service as couriers
from metaia.orders.models import OrderRow, OrderStepRow
from metaia.orders.payment import state as payment_state
from metaia.orders.queries import Order
from metaia.orders.state import SYSTEM

# The fields that an action may change; the timeline keeps all of them after every step.
MUTABLE = ("status", "courier_id", "estimated_time", "estimated_pickup_time", "message", "reject_reason")


def create(order: Order, actor: Actor, *, notify: bool = True, pricing: Json | None = None) -> None:
    """Insert a new order with its first entry in the timeline, and publish it; `pricing` explains its total."""
    values = {name: getattr(order, name) for name in order.__slots__} | (
        {"pricing": pricing} if pricing else {}
    )
    db.append(OrderRow, **values, words=queries.searchable(order))
    append(order, "create", None, None, actor)
    publish.changed(None, order, "create", None, actor, notify=notify)
    hooks.changed(None, order, "create")


def step(
    before: Order,
    transition: Transition,
    changes: Json,
    reason: str | None,
    actor: Actor | None,
    *,
    notify: bool = True,
    occurred_at: datetime | None = None,
) -> Order:
    """Append an action to the timeline and publish it; return the order after it, which is still to be written.

    `occurred_at` is the time that a courier's device has stated: it was offline then.
    """
    message = changes.get("message")
    moment = now()
    moved: Json = {"status": transition.target, "version": before.version + 1, "updated_at": moment}
    moved |= couriers.ended(before, transition.target, moment)
    if before.payment:
        shown = payment_state.moved(before.payment_method, transition.target, before.total, before.payment)
        moved["payment"] = shown.as_dict()
    changed = changes | moved
    eta = changed.get("eta", before.eta)
    if eta:
        changed["eta"] = arrival.after(eta, _arriving(before, changed, transition.action))
    after = replace(before, **changed)
    append(after, transition.action, before.status, message or reason, actor, occurred_at)
    publish.changed(before, after, transition.action, message, actor, notify=notify)
    hooks.changed(before, after, transition.action)
    return after


def write(after: Order, *names: str) -> None:
    """Write these fields of an order, and those that every change has.

    With its money row-locked it is written at once: what follows the money reads it in the same transaction.
    """
    written = [*names, "version", "updated_at", *(("payment",) if after.payment else ())]
    written += [name for name in ("contact_until", "eta") if getattr(after, name)]
    values = {name: getattr(after, name) for name in written}
    if after.moves_money and db.locking():
        db.execute(update(OrderRow).where(OrderRow.id == after.id).values(**values))
    else:
        db.change(OrderRow, id=after.id, **values)


def append(
    after: Order,
    action: str,
    previous_status: str | None,
    note: str | None,
    actor: Actor | None,
    occurred_at: datetime | None = None,
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
        after={name: getattr(after, name) for name in MUTABLE}
        | _of_payment(after)
        | _of_arrival(after)
        | _stated(after, occurred_at),
        at=after.updated_at,
    )


def _arriving(before: Order, changed: Json, action: str) -> arrival.Step:
    return arrival.Step(
        action,
        before.status,
        changed["status"],
        changed["updated_at"],
        stated=changed.get("estimated_time", changed.get("estimated_pickup_time")),
        has_courier=changed.get("courier_id", before.courier_id) is not None,
        scheduled_for=before.scheduled_for,
    )


def _of_arrival(order: Order) -> Json:
    """Return the time of arrival as it is then, without what it is computed from."""
    return {"eta": arrival.shown(order.eta) or arrival.UNKNOWN} if order.eta else {}


def _stated(order: Order, occurred_at: datetime | None) -> Json:
    """Return when an action happened, if it was stated."""
    if occurred_at is None:
        return {}
    return {"occurred_at": rfc3339(occurred(occurred_at, order.created_at, order.updated_at))}


def _of_payment(order: Order) -> Json:
    """Return the fields that a payment changes. An order that is settled elsewhere has none."""
    if order.payment is None:
        return {}
    return {"payment": order.payment, "accept_by": rfc3339(order.accept_by)}
