"""Publishing a change of a shipment: one event for live screens, and the notifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from metaia.core import rooms
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.notifications import service as notification_service
from metaia.orders import recipients as order_recipients
from metaia.orders.queries import Order
from metaia.realtime import events
from metaia.shipments import carriers, presenters, queries
from metaia.shipments.notifications import STALE
from metaia.shipments.queries import Shipment, StoredScan
from metaia.shipments.recipients import TO_ALL, is_true
from metaia.users import queries as user_queries


def changed(before: Shipment | None, after: Shipment, order: Order, newest: StoredScan | None = None) -> None:
    """Record the event of a change in the running transaction; `before` is None for a new shipment."""
    events.record(
        "shipment.updated",
        {
            "shipmentId": after.id,
            "orderId": after.order_id,
            "status": after.status,
            "previousStatus": before.status if before else None,
            "location": presenters.place(newest.place) if newest else None,
            "at": rfc3339(newest.at if newest else after.updated_at),
            "estimatedDelivery": rfc3339(after.estimated_delivery),
            "late": after.late,
            "shipment": presenters.base(after) | {"canAsk": carriers.find(after.slug).can_ask},
        },
        audience=order_recipients.rooms(order.id, order),
        subject=rooms.subject("order", order.id),
    )


def notify(name: str, shipment: Shipment, order: Order, actor: Actor | None = None) -> None:
    """Notify the recipients of a type in the running transaction, without the actor that has caused it."""
    data: Json = {
        "shipmentId": shipment.id,
        "orderId": order.id,
        "orderNumber": order.order_number,
        "carrier": carriers.find(shipment.slug).name,
        "estimatedDelivery": rfc3339(shipment.estimated_delivery),
    }
    by = actor.id if actor else None
    for user_id in _recipients(name, order):
        if user_id != by:
            notification_service.notify(user_id, name, data, subject=rooms.subject("order", order.id))


def still_true(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the notifications in `rows` that are still true; a TruthCheck of notifications."""
    known = queries.by_ids({row.data["shipmentId"] for row in rows})
    return {
        row.notification_id
        for row in rows
        if (this := known.get(row.data["shipmentId"])) is not None
        and is_true(row.type, this.status, late=this.late, stale=this.stale)
    }


def _recipients(name: str, order: Order) -> Iterable[str]:
    if name == STALE:
        return {order.partner_id} if order.partner_id else set(user_queries.ids_with_role(ADMINS))
    people = {order.customer_id} - {None}
    if name in TO_ALL:
        people |= {order.partner_id, *user_queries.ids_with_role(ADMINS)} - {None}
    return sorted(filter(None, people))
