"""The search for orders, offers, bookings and payments."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.bookings import policy as booking_policy
from metaia.bookings import queries as booking_queries
from metaia.bookings.queries import Booking
from metaia.core import search
from metaia.core.access.actor import Actor
from metaia.core.money import to_major
from metaia.core.search import CODE, ID, NUMBER, Found, Hit
from metaia.offers import policy as offer_policy
from metaia.offers import queries as offer_queries
from metaia.offers.queries import Offer
from metaia.orders import policy as order_policy
from metaia.orders import queries as order_queries
from metaia.orders.queries import Order
from metaia.orders.search import queries as order_search
from metaia.payments import policy as payment_policy
from metaia.payments import queries as payment_queries
from metaia.payments.managing import queries as payment_lists
from metaia.payments.queries import Payment

LONGEST = 80  # characters of names in a subtitle
_NEWEST: dict[str, Any] = {"sort": "-createdAt", "cursor": None}


def register(app: Flask) -> None:
    """Register these providers."""
    search.register(
        app, "orders", _orders, look_ups={ID: _order_by_id, NUMBER: _order_by_number}, personal=True
    )
    search.register(app, "offers", _offers, look_ups={ID: _offer_by_id, NUMBER: _offer_by_number})
    search.register(
        app, "bookings", _bookings, look_ups={ID: _booking_by_id, NUMBER: _booking_by_number}, personal=True
    )
    search.register(app, "payments", _payments, look_ups={ID: _payment_by_id, CODE: _payments_by_reference})


def _orders(actor: Actor, text: str, limit: int) -> Found:
    found, following = order_search.page(actor, filters={"q": text}, limit=limit, **_NEWEST)
    return [_order(each) for each in found], following is not None


def _order_by_id(actor: Actor, order_id: str) -> list[Hit]:
    return _seen_order(actor, order_queries.get(order_id))


def _order_by_number(actor: Actor, number: str) -> list[Hit]:
    return _seen_order(actor, order_queries.by_number(number))


def _seen_order(actor: Actor, order: Order | None) -> list[Hit]:
    return [_order(order)] if order is not None and order_policy.may_see(actor, order) else []


def _order(order: Order) -> Hit:
    names = ", ".join(item["name"] for item in order.items)
    return Hit(order.id, order.order_number, f"{order.status} · {names[:LONGEST]}", f"/api/orders/{order.id}")


def _offers(actor: Actor, text: str, limit: int) -> Found:
    found, following = offer_queries.page(actor, filters={"q": text}, limit=limit, **_NEWEST)
    return [_offer(each) for each in found], following is not None


def _offer_by_id(actor: Actor, offer_id: str) -> list[Hit]:
    return _seen_offer(actor, offer_queries.get(offer_id))


def _offer_by_number(actor: Actor, number: str) -> list[Hit]:
    return _seen_offer(actor, offer_queries.by_number(number))


def _seen_offer(actor: Actor, offer: Offer | None) -> list[Hit]:
    return [_offer(offer)] if offer is not None and offer_policy.may_see(actor, offer) else []


def _offer(offer: Offer) -> Hit:
    names = ", ".join(item["name"] for item in offer.items)
    return Hit(offer.id, offer.offer_number, f"{offer.status} · {names[:LONGEST]}", f"/api/offers/{offer.id}")


def _bookings(actor: Actor, text: str, limit: int) -> Found:
    found, following = booking_queries.page(actor, filters={"q": text}, limit=limit, **_NEWEST)
    return [_booking(each) for each in found], following is not None


def _booking_by_id(actor: Actor, booking_id: str) -> list[Hit]:
    return _seen_booking(actor, booking_queries.get(booking_id))


def _booking_by_number(actor: Actor, number: str) -> list[Hit]:
    return _seen_booking(actor, booking_queries.by_number(number))


def _seen_booking(actor: Actor, booking: Booking | None) -> list[Hit]:
    return [_booking(booking)] if booking is not None and booking_policy.may_see(actor, booking) else []


def _booking(booking: Booking) -> Hit:
    subtitle = f"{booking.status} · {booking.service['name'][:LONGEST]}"
    return Hit(booking.id, booking.booking_number, subtitle, f"/api/bookings/{booking.id}")


def _payments(actor: Actor, text: str, limit: int) -> Found:  # noqa: ARG001 - all providers have this signature
    return [], False  # a payment has no words


def _payment_by_id(actor: Actor, payment_id: str) -> list[Hit]:
    payment = payment_queries.by_id(payment_id)
    return _seen_payments(actor, [payment] if payment else [])


def _payments_by_reference(actor: Actor, reference: str) -> list[Hit]:
    return _seen_payments(actor, payment_lists.called(reference))


def _seen_payments(actor: Actor, payments: list[Payment]) -> list[Hit]:
    return [_payment(each) for each in payments if payment_policy.parties(actor, each)]


def _payment(payment: Payment) -> Hit:
    amount = f"{to_major(payment.amount, payment.currency)} {payment.currency}"
    title = payment.reference or payment.id
    return Hit(payment.id, title, f"{payment.status} · {amount}", f"/api/payments/{payment.id}")
