"""The lists of orders: filters, the search, and pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import DELIVERY
from metaia.core.db import searching
from metaia.core.db.expressions import among
from metaia.core.http import pagination
from metaia.core.text import phones, words
from metaia.core.times import now
from metaia.orders.models import OrderRow
from metaia.orders.payment import state as payment_state
from metaia.orders.policy import ORDERS_READ
from metaia.orders.queries import COLUMNS, Order

SORTABLE: pagination.Sortable = {
    "created_at": OrderRow.created_at,
    "updated_at": OrderRow.updated_at,
    "total": OrderRow.total,
    "order_number": OrderRow.order_number,
}


def page(
    actor: Actor, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Order], str | None]:
    """Return one page of the orders that `actor` takes part in (staff: all), and the next page's cursor."""
    query = select(*COLUMNS).where(_visible(actor), *_conditions(actor, filters))
    if "q" in filters and actor.role == DELIVERY:  # the words of an order have the customer's name and number
        query = query.where(or_(OrderRow.contact_until.is_(None), OrderRow.contact_until > now()))
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=OrderRow.id, limit=limit, cursor=cursor)
    orders = [Order(*row) for row in db.fetch_all(query)]
    cut, following = pagination.cut(orders, sort=sort, limit=limit)
    return list(cut), following


def matching(actor: Actor, filters: dict[str, Any]) -> Select[Any]:
    """Return the select of the ids of all orders that the list has for `actor` with these filters."""
    return select(OrderRow.id).where(_visible(actor), *_conditions(actor, filters))


def count_by_status(chosen: Select[Any]) -> dict[str, int]:
    """Return how many of the orders with the `chosen` ids have each status."""
    query = select(OrderRow.status, func.count().label("number")).where(OrderRow.id.in_(chosen))
    return {row.status: row.number for row in db.fetch_all(query.group_by(OrderRow.status))}


def numbers(order_ids: Iterable[str]) -> dict[str, str]:
    """Return the numbers of orders by id."""
    rows = db.fetch_all(select(OrderRow.id, OrderRow.order_number).where(among(OrderRow.id, order_ids)))
    return {row.id: row.order_number for row in rows}


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


def _conditions(actor: Actor, filters: dict[str, Any]) -> list[ColumnElement[bool]]:
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
        "q": lambda value: searching.matching(OrderRow, _tsquery(value), in_all=actor.may(ORDERS_READ)),
    }
    return [conditions[name](value) for name, value in filters.items()]


def _tsquery(text: str) -> str:
    """Return a `tsquery`: every word of `text` begins a word of the number, customer, items or notes.

    A telephone number in `text` is also looked for as one word, however its digits are grouped.
    """
    rest, numbers = phones.search_words(text)
    ways = [words.terms(text), *([[*words.terms(rest), *map(words.prefix, numbers)]] if numbers else [])]
    return " | ".join(" & ".join(terms) for terms in ways if terms)
