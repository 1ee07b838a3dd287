"""Selects of what can be reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metaia.bookings import queries as booking_queries
from metaia.bookings.timeline import queries as booking_timeline
from metaia.core.db import AnyRow
from metaia.orders import queries as order_queries
from metaia.orders.timeline import queries as order_timeline
from metaia.reviews.state import BOOKING, OF_COURIER, OF_PARTNER, OF_PRODUCT, ORDER

ENDED = frozenset({"delivered", "completed"})


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order or a booking, as far as it decides what its customer may review.

    `ended_at` is None before it is delivered or completed. A counter order is one that its customer has not placed.
    """

    kind: str
    id: str
    customer_id: str | None
    partner_id: str | None
    courier_id: str | None
    product_ids: frozenset[str]
    ended_at: datetime | None
    is_counter_order: bool = False

    def has(self, subject_type: str, subject_id: str) -> bool:
        """Return whether a subject is part of it."""
        parts = {
            OF_PARTNER: {self.partner_id},
            OF_COURIER: {self.courier_id},
            OF_PRODUCT: self.product_ids,
        }
        return subject_id in parts[subject_type]


def of_order(order_id: str) -> Purchase | None:
    """Return an order."""
    order = order_queries.get(order_id)
    if order is None:
        return None
    steps = order_timeline.steps(order_id)
    placed_by = steps[0].actor_id if steps else None
    return Purchase(
        ORDER,
        order.id,
        order.customer_id,
        order.partner_id,
        order.courier_id,
        frozenset(product_ids(order.items)),
        _ended_at(steps) if order.status in ENDED else None,
        # the parties of an offer have both agreed to its order
        is_counter_order=order.offer_id is None and placed_by != order.customer_id,
    )


def of_booking(booking_id: str) -> Purchase | None:
    """Return a booking."""
    booking = booking_queries.get(booking_id)
    if booking is None:
        return None
    ended_at = _ended_at(booking_timeline.steps(booking_id)) if booking.status in ENDED else None
    customer, partner = booking.customer_id, booking.partner_id
    return Purchase(BOOKING, booking.id, customer, partner, None, frozenset(), ended_at)


def product_ids(items: Sequence[dict[str, Any]]) -> list[str]:
    """Return the ids of the products in the items of an order; items of free text have none."""
    return [item["productId"] for item in items if item.get("productId")]


def _ended_at(steps: Sequence[AnyRow]) -> datetime | None:
    return next((step.at for step in steps if step.status in ENDED), None)
