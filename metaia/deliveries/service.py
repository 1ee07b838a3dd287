"""What couriers do with deliveries: list, claim and decline them."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, NotFound, declare
from metaia.core.times import now
from metaia.couriers import queries as courier_queries
from metaia.couriers import service as couriers
from metaia.deliveries import publish, queries
from metaia.deliveries.models import DeliveryOfferRow, DeliveryWaveRow
from metaia.deliveries.policy import DELIVERIES_READ
from metaia.jobs import registry as job_registry
from metaia.orders import policy as order_policy
from metaia.orders import service as order_service
from metaia.orders.couriers import queries as courier_orders
from metaia.orders.couriers import service as order_couriers
from metaia.orders.queries import Order
from metaia.orders.state import MACHINE

declare(
    {
        "already_claimed": "Another courier was faster.",
        "not_offered": "The delivery is not offered to this courier.",
    }
)
BY_ACTION = {"claim": "claimed", "assign": "claimed", "cancel-courier": "withdrawn"}  # why an offer is closed


def open_list(courier_id: str) -> list[Order]:
    """Return the orders that are offered to a courier now; none without a shift."""
    if not courier_queries.on_shift(courier_id):
        return []
    return queries.offered_to(courier_id, _fleets(courier_id))


def read(actor: Actor, delivery_id: str) -> tuple[Order, bool]:
    """Return the order of a delivery, and whether `actor` sees the order itself. Raises NotFound and Forbidden."""
    order = courier_orders.of_delivery(delivery_id)
    if order is None:
        raise NotFound("There is no such delivery.")
    if actor.may(DELIVERIES_READ) or order_policy.may_see(actor, order):
        return order, True
    if actor.role == "delivery" and queries.is_offered_to(order.id, actor.id, _fleets(actor.id)):
        return order, False
    raise Forbidden("This delivery is not offered to you.")


def claim(actor: Actor, delivery_id: str) -> Order:
    """Give an offered order to the courier `actor`, and return it; again, the same order.

    Raises NotFound, and Conflict: `off_shift`, `already_claimed`, `not_offered`, `too_many_jobs`.
    """
    _require_unclaimed(
        actor, courier_orders.of_delivery(delivery_id)
    )  # most of those that are too late need no lock
    with db.transaction():
        order = _require_unclaimed(actor, courier_orders.of_delivery_to_change(delivery_id))
        if order.courier_id == actor.id:
            return order
        couriers.require_on_shift(actor.id)
        if not queries.is_offered_to(order.id, actor.id, _fleets(actor.id)):
            raise Conflict("This delivery is not offered to you.", code="not_offered")
        changes = order_couriers.given_to(order, actor.id, current_app.config["COURIER_MAX_JOBS"])
        transition = MACHINE.find(order.status, "claim")
        if transition is None:
            raise Conflict("This delivery is not offered any more.", code="not_offered")
        return order_service.move(order, transition, changes, None, actor)


def decline(actor: Actor, delivery_id: str) -> None:
    """Let a courier get this offer no more. Raises NotFound, and Conflict (`not_offered`)."""
    with db.transaction():
        order = courier_orders.of_delivery_to_change(delivery_id)
        if order is None:
            raise NotFound("There is no such delivery.")
        if not queries.is_offered_to(order.id, actor.id, _fleets(actor.id)):
            raise Conflict("This delivery is not offered to you.", code="not_offered")
        answer(order, actor.id, "declined")
        _hurry(order)


def changed(before: Order | None, after: Order, action: str) -> None:
    """Begin and end rounds of offers with the changes of an order, in the transaction of the change. A hook."""
    was, is_now = before is not None and before.is_offered, after.is_offered
    again = is_now and (not was or before is None or before.courier_wanted_at != after.courier_wanted_at)
    if was and not is_now:
        reason = BY_ACTION.get(action, "cancelled")
        asked = (
            queries.answers(after.id, before.courier_wanted_at) if before and before.courier_wanted_at else {}
        )
        publish.closed(after, reason, asked)
    if action == "claim" and after.courier_id:
        answer(after, after.courier_id, "claimed")
    if again:
        begin(after)
        if action == "release" and before and before.courier_id:
            answer(after, before.courier_id, "released")


def begin(order: Order) -> None:
    """Begin a round in which an order is offered, in the running transaction; a job does the rest."""
    partner_id = order.partner_id or ""
    pickup = queries.pickups([partner_id]).get(partner_id)
    by = pickup.delivery_by if pickup else "pool"
    nearest = current_app.config["DISPATCH_MODE"] == "nearest"
    reach = "own" if by in {"own", "own_then_pool"} else "chosen" if nearest else "pool"
    wanted = order.courier_wanted_at
    db.append(DeliveryWaveRow, order_id=order.id, wanted_at=wanted, reach=reach, wave=0, next_at=wanted)
    job_registry.wake_on_commit()


def answer(order: Order, courier_id: str, given: str) -> None:
    """Store the answer of a courier in the present round of an order, which is row-locked."""
    moment = now()
    key = {"order_id": order.id, "courier_id": courier_id, "wanted_at": order.courier_wanted_at}
    new = {"answer": given, "answered_at": moment}
    added = insert(DeliveryOfferRow).values(**key, **new, offered_at=moment)
    db.execute(added.on_conflict_do_update(index_elements=list(key), set_=new))


def _require_unclaimed(actor: Actor, order: Order | None) -> Order:
    """Return the order if it is free, or the actor's own. Raises NotFound and Conflict."""
    if order is None:
        raise NotFound("There is no such delivery.")
    if order.courier_id == actor.id or order.is_offered:
        return order
    if order.courier_id is not None:
        raise Conflict("Another courier was faster.", code="already_claimed")
    raise Conflict("This delivery is not offered any more.", code="not_offered")


def _hurry(order: Order) -> None:
    """Let the next courier be chosen at once, if couriers are asked one after another."""
    row = queries.wave(order.id, order.courier_wanted_at) if order.courier_wanted_at else None
    if row is not None and row.reach == "chosen":
        mine = (DeliveryWaveRow.order_id == order.id, DeliveryWaveRow.wanted_at == order.courier_wanted_at)
        db.execute(update(DeliveryWaveRow).where(*mine).values(next_at=now()))
        job_registry.wake_on_commit()


def _fleets(courier_id: str) -> list[str]:
    return [
        row.partner_id for row in courier_queries.fleets(courier_id) if row.state == courier_queries.ACTIVE
    ]
