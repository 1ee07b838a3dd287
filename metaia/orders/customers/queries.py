"""Selects on the customers of a partner, and on deleted customers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, cast, func, literal, or_, select, text, union
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from metaia.core import db
from metaia.core.db.expressions import among
from metaia.orders.models import KEPT_CONTACT, OrderRow
from metaia.orders.payment.state import DEAD
from metaia.orders.queries import COLUMNS, Order
from metaia.orders.state import OPEN_STATUSES
from metaia.users.deleted import queries as deleted_users

NEWEST = 500  # orders of a partner that `waiting` looks at


def has_ordered(customer_id: str, partner_id: str) -> bool:
    """Return whether a customer has or had an order with a partner."""
    theirs = (OrderRow.customer_id == customer_id, OrderRow.partner_id == partner_id)
    return bool(db.fetch_value(select(select(OrderRow.id).where(*theirs).exists())))


def has_standing_order(customer_id: str, partner_id: str | None) -> bool:
    """Return whether a customer has an order that was not rejected or cancelled; with a partner if one is given."""
    theirs = [OrderRow.customer_id == customer_id, OrderRow.status.not_in(tuple(DEAD))]
    if partner_id is not None:
        theirs.append(OrderRow.partner_id == partner_id)
    return bool(db.fetch_value(select(select(OrderRow.id).where(*theirs).exists())))


def waiting(partner_id: str) -> list[str]:
    """Return the ids of the customers of a partner's newest open orders."""
    mine = select(OrderRow.customer_id, OrderRow.status).where(OrderRow.partner_id == partner_id)
    newest = mine.order_by(OrderRow.created_at.desc()).limit(NEWEST).subquery()
    open_ = (newest.c.status.in_(OPEN_STATUSES), newest.c.customer_id.is_not(None))
    waiting = select(newest.c.customer_id).where(*open_).distinct()
    return [row.customer_id for row in db.fetch_all(waiting)]


def between(user_id: str, others: Collection[str]) -> set[str]:
    """Return those of `others` that have or had an order with a user: its partners or its customers."""
    row = OrderRow
    partners = select(row.partner_id).where(row.customer_id == user_id, among(row.partner_id, others))
    customers = select(row.customer_id).where(row.partner_id == user_id, among(row.customer_id, others))
    return {found for (found,) in db.fetch_all(union(partners, customers))}


def to_erase(limit: int) -> list[Order]:
    """Return row-locked closed orders that still hold personal data of a deleted customer.

    Those without a customer's account end with the account of their partner.
    """
    written = "$[*] ? (exists(@.notes) || exists(@.modifiers[*].text) || exists(@.modifiers[*].value))"
    noted = func.jsonb_path_exists(OrderRow.items, cast(written, JSONPATH))
    reachable = func.jsonb_strip_nulls(OrderRow.customer_info) != literal({}, JSONB)
    held = or_(reachable, OrderRow.notes.is_not(None), noted, OrderRow.destination.is_not(None))
    closed = (
        select(*COLUMNS).where(OrderRow.status.not_in(OPEN_STATUSES), held).with_for_update(skip_locked=True)
    )
    query = deleted_users.of_each(lambda user: closed.where(_is_forgotten_with(user)))
    return [Order(*row) for row in db.fetch_all(query.limit(limit))]


def kept_since(moment: datetime, limit: int) -> list[Order]:
    """Return row-locked closed orders without an account, last changed before `moment`, that still have contact data.

    The index ix_orders_kept_contact has only these.
    """
    kept = select(*COLUMNS).where(text(KEPT_CONTACT), OrderRow.updated_at < moment)
    closed = kept.where(OrderRow.status.not_in(OPEN_STATUSES)).order_by(OrderRow.updated_at)
    return [Order(*row) for row in db.fetch_all(closed.limit(limit).with_for_update(skip_locked=True))]


def _is_forgotten_with(user: ColumnElement[str]) -> ColumnElement[bool]:
    row = OrderRow
    return or_(row.customer_id == user, and_(row.partner_id == user, row.customer_id.is_(None)))
