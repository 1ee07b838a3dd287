"""Selects on orders, and the record they return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, cast, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import TSQUERY

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.text import phones, words
from metaia.orders.models import OrderRow, order_numbers
from metaia.orders.payment import state as payment_state
from metaia.orders.policy import ORDERS_READ


@dataclass(frozen=True, slots=True)
class Order:
    """An order. Amounts are in minor units of `currency`; `models.PRICE` states how they make up `total`."""

    id: str
    order_number: str
    deal_id: str
    status: str
    customer_id: str
    customer_info: dict[str, Any]
    items: list[dict[str, Any]]
    total: int
    currency: str
    version: int
    accept_by: datetime
    created_at: datetime
    updated_at: datetime
    adjustment: int = 0
    offer_id: str | None = None
    partner_id: str | None = None
    courier_id: str | None = None
    notes: str | None = None
    estimated_time: Any = None
    estimated_pickup_time: Any = None
    message: str | None = None
    reject_reason: str | None = None
    payment_method: str = payment_state.NONE
    payment: dict[str, Any] | None = None
    commission_bps: int | None = None
    subtotal: int = 0
    discount: int = 0
    fees: int = 0
    tax_added: int = 0
    tip: int = 0
    commission_base: int | None = None
    fulfilment: str | None = None
    destination: dict[str, Any] | None = None
    scheduled_for: datetime | None = None
    coupon_code: str | None = None
    charges: dict[str, Any] | None = None
    earned_at: datetime | None = None

    @property
    def awaits_payment(self) -> bool:
        """Return whether its partner must not take or make the order yet."""
        return payment_state.is_awaited(self.payment_method, self.status, self.payment)


SORTABLE: pagination.Sortable = {
    "created_at": OrderRow.created_at,
    "updated_at": OrderRow.updated_at,
    "total": OrderRow.total,
    "order_number": OrderRow.order_number,
}
ERASED: dict[str, Any] = {"name": None, "phone": None, "phoneE164": None, "address": None}
COLUMNS = [getattr(OrderRow, field.name) for field in fields(Order)]
_by_id = select(*COLUMNS).where(OrderRow.id == bindparam("order_id"))
_one, _one_locked = PreparedSelect(_by_id), PreparedSelect(_by_id.with_for_update())
_without_payment = PreparedSelect(_by_id.where(OrderRow.payment.is_(None)).with_for_update())
_next_number = PreparedSelect(select(order_numbers.next_value()))


def get(order_id: str) -> Order | None:
    """Return an order."""
    row = db.fetch_tuple(_one, {"order_id": order_id})
    return None if row is None else Order(*row)


def by_ids(order_ids: Iterable[str]) -> dict[str, Order]:
    """Return orders by id, without those that do not exist."""
    rows = db.fetch_all(select(*COLUMNS).where(among(OrderRow.id, order_ids)))
    return {row.id: Order(*row) for row in rows}


def of_deals(deal_ids: Iterable[str]) -> dict[str, Order]:
    """Return orders by the ids of their deals."""
    rows = db.fetch_all(select(*COLUMNS).where(among(OrderRow.deal_id, deal_ids)))
    return {row.deal_id: Order(*row) for row in rows}


def to_change(order_id: str) -> Order | None:
    """Return an order that will be changed: row-locked, or guarded by its version (see `db.optimistic_then_locked`)."""
    row = db.fetch_tuple(_one_locked if db.locking() else _one, {"order_id": order_id})
    return None if row is None else Order(*row)


def without_payment_to_change(order_id: str) -> Order | None:
    """Return an order that is settled elsewhere, row-locked; None for one with a payment."""
    row = db.fetch_tuple(_without_payment, {"order_id": order_id})
    return None if row is None else Order(*row)


def next_number() -> str:
    """Return the next order number, short enough to be read out on the telephone."""
    (number,) = db.fetch_tuple(_next_number, {}) or (None,)
    return f"M{number}"


def page(
    actor: Actor, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Order], str | None]:
    """Return one page of the orders that `actor` takes part in (staff: all), and the next page's cursor."""
    query = select(*COLUMNS).where(_visible(actor), *_conditions(filters))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=OrderRow.id, limit=limit, cursor=cursor)
    orders = [Order(*row) for row in db.fetch_all(query)]
    cut, following = pagination.cut(orders, sort=sort, limit=limit)
    return list(cut), following


def count(user_id: str) -> int:
    """Return in how many orders a user takes part."""
    places = or_(
        OrderRow.customer_id == user_id, OrderRow.partner_id == user_id, OrderRow.courier_id == user_id
    )
    return int(db.fetch_value(select(func.count()).where(places)))


def after(order_id: str | None, limit: int) -> list[Order]:
    """Return the orders that follow `order_id` in the order of their ids; the first ones without it."""
    query = select(*COLUMNS).order_by(OrderRow.id).limit(limit)
    rows = db.fetch_all(query if order_id is None else query.where(OrderRow.id > order_id))
    return [Order(*row) for row in rows]


def overdue(moment: datetime, limit: int) -> list[str]:
    """Return the ids of pending orders whose deadline for acceptance has passed."""
    query = select(OrderRow.id).where(OrderRow.status == "pending", OrderRow.accept_by < moment)
    return [row.id for row in db.fetch_all(query.order_by(OrderRow.accept_by).limit(limit))]


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.may(ORDERS_READ):
        return true()
    if actor.is_partner:
        return or_(OrderRow.partner_id == actor.id, OrderRow.customer_id == actor.id)
    places: dict[str, ColumnElement[bool]] = {
        "customer": OrderRow.customer_id == actor.id,
        "delivery": OrderRow.courier_id == actor.id,
    }
    return places.get(actor.role, false())


def _conditions(filters: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: dict[str, Any] = {
        "status": OrderRow.status.in_,
        "partner_id": lambda value: OrderRow.partner_id == value,
        "customer_id": lambda value: OrderRow.customer_id == value,
        "delivery_partner_id": lambda value: OrderRow.courier_id == value,
        "created_from": lambda value: OrderRow.created_at >= value,
        "created_to": lambda value: OrderRow.created_at < value,
        "payment_method": OrderRow.payment_method.in_,
        "payment_status": func.coalesce(OrderRow.payment["status"].astext, payment_state.NONE).in_,
        "updated_since": lambda value: OrderRow.updated_at >= value,
        "q": _found,
    }
    return [conditions[name](value) for name, value in filters.items()]


def searchable(order: Order) -> str:
    """Return the words of an order as the column `words` keeps them for the search, in the text form of `tsvector`."""
    info = order.customer_info
    of_items = (item.get(key) for item in order.items for key in ("name", "notes"))
    texts = [order.order_number, info["name"], info["phone"], order.notes, *of_items]
    numbers = phones.index_words(info["phoneE164"]) if info.get("phoneE164") else ()
    return words.index(texts, words=numbers)


def _found(text: str) -> ColumnElement[bool]:
    """Return the condition that every word of `text` begins a word of the number, customer, items or notes.

    A telephone number in `text` is also looked for as one word, however its digits are grouped.
    """
    rest, numbers = phones.search_words(text)
    ways = [words.terms(text), *([[*words.terms(rest), *map(words.prefix, numbers)]] if numbers else [])]
    query = " | ".join(" & ".join(terms) for terms in ways if terms)
    return OrderRow.words.bool_op("@@")(cast(query, TSQUERY)) if query else false()
