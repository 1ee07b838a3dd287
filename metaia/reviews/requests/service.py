"""Requests to review: written with the end of an order or booking, sent once some hours later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import current_app

from metaia.bookings import queries as booking_queries
from metaia.bookings.publish import Change
from metaia.bookings.queries import Booking
from metaia.core import db, fault_injection, rooms
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.orders import queries as order_queries
from metaia.orders.queries import Order
from metaia.reviews import queries as review_queries
from metaia.reviews.models import ReviewRequestRow
from metaia.reviews.notifications import REQUEST
from metaia.reviews.requests import queries
from metaia.reviews.state import BOOKING, ORDER
from metaia.reviews.subjects import queries as subjects
from metaia.reviews.subjects.queries import ENDED

AFTER = timedelta(hours=2)
BATCH = 200


def follow_order(before: Order | None, after: Order, action: str) -> None:  # noqa: ARG001 - as all hooks
    """Write the request of an order that is delivered, or completed without a delivery."""
    if before is not None and before.status not in ENDED and after.status in ENDED and after.customer_id:
        db.append(ReviewRequestRow, id=after.id, kind=ORDER, due_at=after.updated_at + AFTER)


def follow_booking(change: Change) -> None:
    """Write the request of a booking that is completed."""
    before, after = change.before, change.after
    if before is not None and before.status not in ENDED and after.status in ENDED and after.customer_id:
        db.append(ReviewRequestRow, id=after.id, kind=BOOKING, due_at=after.updated_at + AFTER)


def send_due() -> int:
    """Notify customers of up to BATCH requests that are due; return how many were taken.

    The rows are deleted in the transaction that writes the notifications, so each request is sent once whatever dies.
    """
    with db.transaction():
        taken = queries.take(now(), BATCH)
        done = review_queries.reviewed(row.id for row in taken)
        orders, bookings = (_ids(taken, kind, done) for kind in (ORDER, BOOKING))
        for order in order_queries.by_ids(orders).values():
            if not _is_counter_order(order):
                _notify(ORDER, order, order.order_number)
        for booking in booking_queries.by_ids(bookings).values():
            _notify(BOOKING, booking, booking.booking_number)
        if taken:
            fault_injection.point("review_requests_taken")
    return len(taken)


def _is_counter_order(order: Order) -> bool:
    found = subjects.of_order(order.id)
    return found is None or found.is_counter_order


def _ids(taken: Sequence[Any], kind: str, without: set[str]) -> list[str]:
    return [row.id for row in taken if row.kind == kind and row.id not in without]


def still_true(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the requests in `rows` that are not answered yet; a TruthCheck of notifications."""
    done = review_queries.reviewed(_source(row) for row in rows)
    return {row.notification_id for row in rows if _source(row) not in done}


def _source(row: Any) -> str:
    return str(row.data["orderId"] or row.data["bookingId"])


def _notify(kind: str, purchase: Order | Booking, number: str) -> None:
    if purchase.customer_id is None or purchase.partner_id == purchase.customer_id:
        return
    data = {
        "kind": kind,
        "orderId": purchase.id if kind == ORDER else None,
        "bookingId": purchase.id if kind == BOOKING else None,
        "number": number,
        "partnerId": purchase.partner_id,
    }
    until = now() + timedelta(days=current_app.config["REVIEW_DAYS"])
    subject = rooms.subject(kind, purchase.id)
    notification_service.notify(purchase.customer_id, REQUEST, data, subject=subject, expires_at=until)
