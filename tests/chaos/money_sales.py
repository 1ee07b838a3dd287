"""What is sold in a history, from its beginning to its end: orders and bookings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

from metaia.core.json import Json
from metaia.core.money import to_major
from tests.chaos.money_histories import CURRENCIES, Life, Visit
from tests.chaos.money_shop import MoneyShop
from tests.chaos.payment_providers import Provider
from tests.support.people import Person, World

LATE: LiteralString = (
    "UPDATE bookings SET held_until = now() - interval '1 second' WHERE id = %s AND status = 'held'"
)
COSTS: LiteralString = "UPDATE bookings SET free_until = now() - interval '1 minute' WHERE id = %s"
# All bookings begin in the next 90 days. Moved by as many days, they do not overlap those that are past already.
PAST: LiteralString = """
    WITH moved AS (
        UPDATE booking_blocks AS block SET starts_at = block.starts_at - '99 days'::interval,
            ends_at = block.ends_at - '99 days'::interval, during = tstzrange(
                lower(during) - '99 days'::interval, upper(during) - '99 days'::interval)
        FROM bookings WHERE bookings.id = %s AND block_id = block.id
            AND bookings.status IN ('confirmed', 'checked_in') AND bookings.starts_at > now()
        RETURNING bookings.id
    )
    UPDATE bookings SET starts_at = starts_at - '99 days'::interval, ends_at = ends_at - '99 days'::interval,
        free_until = free_until - '99 days'::interval, locked_from = locked_from - '99 days'::interval
    FROM moved WHERE bookings.id = moved.id
"""
Step = tuple[Person, str, Json]  # an action, with its body


@dataclass
class Sale:
    """An order or a booking, its payment, and what is to happen to them. `reference` is the provider's id of it."""

    life: Life
    id: str
    customer: Person
    payment_id: str = ""
    reference: str = ""

    @property
    def named(self) -> Json:
        """What a request names to pay for it."""
        return {"bookingId" if self.life.visit else "orderId": self.id}

    @property
    def path(self) -> str:
        """Its address."""
        return f"/api/{'bookings' if self.life.visit else 'orders'}/{self.id}"


def sell(shop: MoneyShop, life: Life) -> Sale:
    """Place an order, or book a time that is paid."""
    return _ordered(shop, life) if life.visit is None else _booked(shop, life, life.visit)


def time_passes(shop: MoneyShop, sale: Sale) -> None:
    """Let a booking that is to be paid too late lose its time, which another customer may take."""
    visit = sale.life.visit
    if visit is None or not visit.late:
        return
    shop.own.rows(LATE, sale.id)
    if visit.taken:
        booking = shop.ask(sale.customer, "GET", sale.path).json()["data"]["booking"]
        _book(shop, _customer(shop), sale.life.currency, booking["startsAt"])


def end(shop: MoneyShop, sale: Sale) -> Iterator[Step]:
    """Yield the actions that end a sale. Before the last one of a booking its time comes."""
    life, visit = sale.life, sale.life.visit
    if life.ends == "stay":
        return
    if visit is not None:
        yield from _end_booking(shop, sale, visit)
    elif life.ends == "cancel":
        yield sale.customer, "cancel", {}
    elif life.ends == "reject":
        yield shop.tailor, "reject", {"reason": "closed"}
    else:
        yield from ((shop.tailor, action, {}) for action in ("accept", "ready", "complete"))


def _end_booking(shop: MoneyShop, sale: Sale, visit: Visit) -> Iterator[Step]:
    if sale.life.ends == "reject":
        yield shop.tailor, *(("decline", {"reason": "too_busy"}) if visit.on_request else ("cancel", {}))
        return
    if visit.on_request:
        yield shop.tailor, "confirm", {}
    if sale.life.ends == "complete":
        shop.own.rows(PAST, sale.id)
        yield shop.tailor, "no-show" if visit.absent else "complete", {}
        return
    if visit.fee:
        shop.own.rows(COSTS, sale.id)
    yield sale.customer, "cancel", {}


def provider(shop: MoneyShop, sale: Sale) -> Provider:
    """Return the provider that takes the money of a sale."""
    return shop.providers[CURRENCIES[sale.life.currency]]


def _ordered(shop: MoneyShop, life: Life) -> Sale:
    items = [{"name": "Suit", "quantity": 1, "price": to_major(life.price, life.currency)}]
    body = {"items": items, "partnerId": shop.tailor.id, "paymentMethod": "online", "currency": life.currency}
    answer = shop.ask(shop.customer, "POST", "/api/orders", body)
    assert answer.status_code == 201, answer.text
    return Sale(life, answer.json()["data"]["order"]["id"], shop.customer)


def _booked(shop: MoneyShop, life: Life, visit: Visit) -> Sale:
    """Change the service to what the booking is to be, and book it: the booking keeps a copy."""
    payment = (
        {"payment": "deposit", "depositPercent": 50}
        if visit.deposit
        else {"payment": "full", "depositPercent": None}
    )
    terms = payment | {
        "price": to_major(life.price, life.currency),
        "confirmation": "request" if visit.on_request else "instant",
        "cancellation": {"freeUntilMinutes": 60, "feePercent": life.percent, "lockedUntilMinutes": 0},
    }
    changed = shop.ask(shop.tailor, "PATCH", f"/api/services/{shop.services[life.currency]}", terms)
    assert changed.ok, changed.text
    customer = _customer(shop)  # one may have two holds at a time
    return Sale(life, _book(shop, customer, life.currency, next(shop.free)), customer)


def _book(shop: MoneyShop, customer: Person, currency: str, starts_at: str) -> str:
    body = {"serviceId": shop.services[currency], "startsAt": starts_at}
    answer = shop.ask(customer, "POST", "/api/bookings", body)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["data"]["booking"]["id"]
    return found


def _customer(shop: MoneyShop) -> Person:
    with World(shop.own.url) as world:
        return world.person()
