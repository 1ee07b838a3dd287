"""Selects on orders, and the record they return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among
from metaia.core.text import phones, words
from metaia.orders.models import OrderRow, order_numbers
from metaia.orders.payment import state as payment_state
from metaia.orders.state import BEFORE_DISPATCH


@dataclass(frozen=True, slots=True)
class Order:
    """An order. Amounts are in minor units of `currency`; `models.PRICE` states how they make up `total`."""

    id: str
    order_number: str
    deal_id: str
    status: str
    customer_id: str | None
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
    house_discount: int | None = None
    courier_share: int | None = None
    courier_own: bool = False
    fulfilment: str | None = None
    destination: dict[str, Any] | None = None
    scheduled_for: datetime | None = None
    coupon_code: str | None = None
    charges: dict[str, Any] | None = None
    earned_at: datetime | None = None
    delivery_id: str | None = None
    courier_wanted_at: datetime | None = None
    courier_slot: int | None = None
    contact_until: datetime | None = None
    proof_needed: dict[str, Any] | None = None
    proof: dict[str, Any] | None = None
    code_version: int = 1
    eta: dict[str, Any] | None = None

    @property
    def moves_money(self) -> bool:
        """Return whether its actions move money: of its payments, or of the house that has paid all of it."""
        return self.payment is not None or bool(self.house_discount)

    @property
    def courier_wanted(self) -> bool:
        """Return whether its delivery is offered to couriers, or was when it ended."""
        return self.courier_wanted_at is not None

    @property
    def is_offered(self) -> bool:
        """Return whether a courier may claim it now."""
        return self.courier_wanted and self.courier_id is None and self.status in BEFORE_DISPATCH

    @property
    def needs_code(self) -> bool:
        """Return whether its courier must enter the customer's code."""
        return bool(self.proof_needed and self.proof_needed["code"])

    @property
    def awaits_payment(self) -> bool:
        """Return whether its partner must not take or make the order yet."""
        return payment_state.is_awaited(self.payment_method, self.status, self.payment)


ERASED: dict[str, Any] = {"name": None, "phone": None, "phoneE164": None, "address": None}
COLUMNS = [getattr(OrderRow, field.name) for field in fields(Order)]
CUSTOMER_ID = OrderRow.customer_id
_by_id = select(*COLUMNS).where(OrderRow.id == bindparam("order_id"))
_one, _one_locked = PreparedSelect(_by_id), PreparedSelect(_by_id.with_for_update())
_without_payment = PreparedSelect(_by_id.where(OrderRow.payment.is_(None)).with_for_update())
_next_number = PreparedSelect(select(order_numbers.next_value()))


def get(order_id: str) -> Order | None:
    """Return an order."""
    row = db.fetch_tuple(_one, {"order_id": order_id})
    return None if row is None else Order(*row)


def by_number(order_number: str) -> Order | None:
    """Return an order by its number."""
    row = db.fetch_one(select(*COLUMNS).where(OrderRow.order_number == order_number))
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


def count(user_id: str) -> int:
    """Return in how many orders a user takes part."""
    places = or_(
        OrderRow.customer_id == user_id, OrderRow.partner_id == user_id, OrderRow.courier_id == user_id
    )
    return int(db.fetch_value(select(func.count()).where(places)))


def order(
    order_id: ColumnElement[str] | InstrumentedAttribute[str],
) -> tuple[type[OrderRow], ColumnElement[bool]]:
    """Return the arguments of a join to the order of a row."""
    return OrderRow, OrderRow.id == order_id


def ids_of_party(user_id: str) -> Select[Any]:
    """Return the select of the ids of the orders in which a user takes part."""
    row = OrderRow
    return select(row.id).where(
        or_(row.customer_id == user_id, row.partner_id == user_id, row.courier_id == user_id)
    )


def ids_of_number(number: str) -> Select[Any]:
    """Return the select of the id of the order with a number."""
    return select(OrderRow.id).where(OrderRow.order_number == number)


def after(order_id: str | None, limit: int) -> list[Order]:
    """Return the orders that follow `order_id` in the order of their ids; the first ones without it."""
    query = select(*COLUMNS).order_by(OrderRow.id).limit(limit)
    rows = db.fetch_all(query if order_id is None else query.where(OrderRow.id > order_id))
    return [Order(*row) for row in rows]


def overdue(moment: datetime, limit: int) -> list[str]:
    """Return the ids of pending orders whose deadline for acceptance has passed."""
    query = select(OrderRow.id).where(OrderRow.status == "pending", OrderRow.accept_by < moment)
    return [row.id for row in db.fetch_all(query.order_by(OrderRow.accept_by).limit(limit))]


def searchable(order: Order) -> str:
    """Return the words of an order as the column `words` keeps them for the search, in the text form of `tsvector`."""
    info = order.customer_info
    of_items = (item.get(key) for item in order.items for key in ("name", "notes"))
    texts = [order.order_number, info["name"], info["phone"], order.notes, *of_items]
    numbers = phones.index_words(info["phoneE164"]) if info.get("phoneE164") else ()
    return words.index(texts, words=numbers)
