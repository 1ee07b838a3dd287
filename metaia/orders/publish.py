"""Publishing a change of an order: one event for live screens, and the notifications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metaia.core import rooms
from metaia.core.access.actor import ADMINS, Actor
from metaia.core.times import rfc3339
from metaia.notifications import service as notification_service
from metaia.orders import presenters, queries, recipients
from metaia.orders.payment import state as payment_state
from metaia.orders.queries import Order
from metaia.realtime import events
from metaia.users import queries as user_queries


def changed(
    before: Order | None,
    after: Order,
    action: str,
    message: str | None,
    actor: Actor | None,
    *,
    notify: bool = True,
) -> None:
    """Record the event of `action` in the running transaction, and notify its recipients if `notify`.

    `before` is None for a new order.
    """
    subject = rooms.subject("order", after.id)
    previous_courier = before.courier_id if before else None
    events.record(
        "order.updated" if before else "order.created",
        update(before, after, message),
        audience=recipients.rooms(after.id, after, previous_courier=previous_courier),
        subject=subject,
        thread=after.deal_id,
        ref=f"order:{after.id}:{after.version}",
    )
    if notify:
        _notify(action, after, message, actor, previous_courier)


def _notify(
    action: str, after: Order, message: str | None, actor: Actor | None, previous_courier: str | None
) -> None:
    subject = rooms.subject("order", after.id)
    by = actor.id if actor else None
    announced = payment_state.is_announced(after.payment_method, after.payment)
    listed = recipients.recipients(
        action, after, by=by, previous_courier=previous_courier, announced=announced
    )
    for person, kind in listed:
        note = None if kind == recipients.WITHDRAWN else message  # the note is for the parties
        data = {"orderId": after.id, "orderNumber": after.order_number, "status": after.status, "note": note}
        admins = person == recipients.UNASSIGNED
        people = set(user_queries.ids_with_role(ADMINS)) - {by} if admins else {person}
        for user_id in people:
            notification_service.notify(user_id, kind, data, subject=subject)


def still_true(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the notifications in `rows` that are still true; a TruthCheck of notifications."""
    orders = queries.by_ids({row.data["orderId"] for row in rows})
    return {
        row.notification_id
        for row in rows
        if (order := orders.get(row.data["orderId"])) is None
        or recipients.still_true(row.type, row.user_id, order, order.status)
    }


def update(before: Order | None, after: Order, message: str | None) -> dict[str, Any]:
    """Return the payload of `order_update`; each viewer's `allowedActions` are added at delivery."""
    return {
        "orderId": after.id,
        "dealId": after.deal_id,
        "orderNumber": after.order_number,
        "status": after.status,
        "previousStatus": before.status if before else None,
        "message": message,
        "order": presenters.common(after),
        "updatedAt": rfc3339(after.updated_at),
    }
