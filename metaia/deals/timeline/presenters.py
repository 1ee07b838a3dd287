"""The JSON of the entries of a timeline."""

from __future__ import annotations

from metaia.bookings.queries import Booking
from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.deals.timeline.schemas import DealBookingEntry, DealOrderEntry
from metaia.offers.presenters import round_after
from metaia.offers.queries import Offer
from metaia.orders.queries import Order

_order = presenter(
    DealOrderEntry,
    rename={"id": "order_id"},
    without=["order_number", "delivery_partner_id", "total", "currency", "note"],
)
_booking = presenter(DealBookingEntry, rename={"id": "booking_id"}, without=["booking_number"])


def order_parts(this: Order, step: AnyRow, *, note: bool) -> Json:
    """Return an order as it was after a step, and the time that a courier's device has stated for it."""
    shown = {"order": order(this, step, note=note)}
    return shown | ({"occurredAt": step.after["occurred_at"]} if "occurred_at" in step.after else {})


def order(this: Order, step: AnyRow, *, note: bool) -> Json:
    """Return an order as it was after a step, with its note or without it."""
    return _order(step) | {
        "note": step.note if note else None,
        "orderNumber": this.order_number,
        "deliveryPartnerId": step.after["courier_id"],
        "total": to_major(this.total, this.currency),
        "currency": this.currency,
    }


def offer(this: Offer, step: AnyRow) -> Json:
    """Return an offer as it was after a step, with its round then."""
    return round_after(step, this.currency) | {
        "id": this.id,
        "offerNumber": this.offer_number,
        "status": step.status,
        "previousStatus": step.previous_status,
        "note": step.note,
    }


def booking(this: Booking, step: AnyRow) -> Json:
    """Return a booking as it was after a step."""
    return _booking(step) | {"bookingNumber": this.booking_number}
