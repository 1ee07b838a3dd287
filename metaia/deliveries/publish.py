"""Publishing that a delivery is offered or closed, and the notifications about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from metaia.core import rooms
from metaia.core.access.permissions import ADMINS, DELIVERY
from metaia.core.times import rfc3339
from metaia.deliveries import presenters
from metaia.deliveries.queries import Pickup
from metaia.notifications import service as notification_service
from metaia.orders.couriers import queries as courier_orders
from metaia.orders.queries import Order
from metaia.realtime import events
from metaia.users import queries as user_queries

KIND = "delivery"
OFFER_LASTS = timedelta(minutes=5)


def offered(
    order: Order, pickup: Pickup | None, courier_ids: Collection[str] | None, ends: datetime | None = None
) -> None:
    """Record that an order is offered to these couriers, or to all with None, in the running transaction.

    `ends` is when the next courier is asked.
    """
    events.record(
        "delivery.offered",
        presenters.open_delivery(order, pickup, ends),
        audience=_audience(courier_ids),
        subject=rooms.subject(KIND, str(order.delivery_id)),
    )


def closed(order: Order, reason: str, courier_ids: Collection[str]) -> None:
    """Record that an order is not offered any more, in the running transaction.

    All couriers get it: a list of those with the offer could be longer than the event.
    """
    events.record(
        "delivery.closed",
        {"id": order.delivery_id, "reason": reason},
        audience=[*_audience(None), *map(rooms.user, courier_ids)],
        subject=rooms.subject(KIND, str(order.delivery_id)),
    )


def notify_couriers(order: Order, pickup: Pickup | None, courier_ids: Iterable[str]) -> None:
    """Send an offer to the phones of couriers, in the running transaction."""
    data = {
        "deliveryId": order.delivery_id,
        "name": pickup.name if pickup else "METAIA",
        "wantedAt": rfc3339(order.courier_wanted_at),
    }
    until = order.courier_wanted_at and order.courier_wanted_at + OFFER_LASTS
    for courier_id in courier_ids:
        notification_service.notify(courier_id, "delivery_offer", data, expires_at=until)


def unclaimed(order: Order) -> None:
    """Notify partner and admins that no courier has claimed an order, in the running transaction."""
    data = {
        "orderId": order.id,
        "deliveryId": order.delivery_id,
        "orderNumber": order.order_number,
        "wantedAt": rfc3339(order.courier_wanted_at),
    }
    subject = rooms.subject("order", order.id)
    for user_id in {*user_queries.ids_with_role(ADMINS), *filter(None, [order.partner_id])}:
        notification_service.notify(user_id, "delivery_unclaimed", data, subject=subject)


def still_true(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the notifications in `rows` that are still true; a TruthCheck of notifications."""
    orders = courier_orders.of_deliveries({row.data["deliveryId"] for row in rows})
    return {row.notification_id for row in rows if _is_open(orders.get(row.data["deliveryId"]), row.data)}


def _is_open(order: Order | None, data: dict[str, Any]) -> bool:
    if order is None or not order.is_offered or order.courier_wanted_at is None:
        return False
    return order.courier_wanted_at == datetime.fromisoformat(data["wantedAt"])


def _audience(courier_ids: Collection[str] | None) -> list[str]:
    chosen = [rooms.role(DELIVERY)] if courier_ids is None else [*map(rooms.user, courier_ids)]
    return [*chosen, *rooms.STAFF]
