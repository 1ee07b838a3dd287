"""Selects on coupons and their uses, and the record that they return."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from metaia.core import db
from metaia.core.http import pagination
from metaia.products.coupons.models import CouponRow, CouponUseRow
from metaia.products.pricing.coupon import Coupon, key

LIST = "coupons"  # the list that cursors are made for
USED, RETURNED = "used", "returned"


@dataclass(frozen=True, slots=True)
class StoredCoupon(Coupon):
    """A coupon as its partner sees it."""

    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None


COLUMNS = tuple(field.name for field in fields(StoredCoupon))
_select = select(*(getattr(CouponRow, name) for name in COLUMNS))


def get(coupon_id: str) -> StoredCoupon | None:
    """Return a coupon."""
    return _first(_select.where(CouponRow.id == coupon_id))


def to_change(coupon_id: str) -> StoredCoupon | None:
    """Return a coupon, row-locked in the running transaction."""
    return _first(_select.where(CouponRow.id == coupon_id).with_for_update())


def by_code(partner_id: str | None, code: str) -> StoredCoupon | None:
    """Return the coupon with a code of a partner, else that of the house, however the code is written.

    If there is none, one of another partner: its refusal then states so.
    """
    own = case((CouponRow.partner_id == partner_id, 0), (CouponRow.partner_id.is_(None), 1), else_=2)
    query = _select.where(CouponRow.code_key == key(code)).order_by(own, CouponRow.id).limit(1)
    return _first(query)


def page(
    partner_id: str | None, *, active: bool | None = None, limit: int, cursor: str | None
) -> tuple[list[StoredCoupon], str | None]:
    """Return one page of the coupons of a partner (None: of the house), the newest first, and the next cursor."""
    of = CouponRow.partner_id.is_(None) if partner_id is None else CouponRow.partner_id == partner_id
    query = _select.where(of).order_by(CouponRow.id.desc()).limit(limit + 1)
    if active is not None:
        query = query.where(CouponRow.active.is_(active))
    if cursor is not None:
        query = query.where(CouponRow.id < pagination.decode(cursor, LIST)[0])
    found = [_coupon(row) for row in db.fetch_all(query)]
    more = len(found) > limit
    return found[:limit], pagination.encode(LIST, [found[limit - 1].id]) if more else None


def count(partner_id: str | None) -> int:
    """Return the number of coupons of a partner, or of the house."""
    of = CouponRow.partner_id.is_(None) if partner_id is None else CouponRow.partner_id == partner_id
    return int(db.fetch_value(select(func.count()).select_from(CouponRow).where(of)))


def uses_by(coupon_id: str, customer_id: str) -> int:
    """Return how many orders of a customer have used a coupon and have not given it back."""
    signed = func.sum(case((CouponUseRow.kind == USED, 1), else_=-1))
    mine = (CouponUseRow.coupon_id == coupon_id, CouponUseRow.customer_id == customer_id)
    return int(db.fetch_value(select(func.coalesce(signed, 0)).where(*mine)))


def use_of(order_id: str) -> tuple[str, str | None] | None:
    """Return the coupon and the customer of the use by an order, None without one, or once it is given back."""
    query = select(CouponUseRow.kind, CouponUseRow.coupon_id, CouponUseRow.customer_id)
    rows = db.fetch_all(query.where(CouponUseRow.order_id == order_id))
    if len(rows) != 1:
        return None
    return str(rows[0].coupon_id), rows[0].customer_id


def _first(query: Any) -> StoredCoupon | None:
    row = db.fetch_one(query)
    return None if row is None else _coupon(row)


def _coupon(row: Any) -> StoredCoupon:
    values = dict(zip(COLUMNS, row, strict=True))
    only = values["product_ids"]
    return StoredCoupon(**values | {"product_ids": None if only is None else tuple(only)})


def lock_of_house() -> None:
    """Let other transactions that call this wait for the end of this one."""
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("coupons of the house", 0))))
