"""Coupons as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.products.coupons.queries import StoredCoupon
from metaia.products.coupons.schemas import CouponOut
from metaia.products.pricing.coupon import PERCENT


def _value(found: StoredCoupon) -> float | int:
    return found.value / 100 if found.kind == PERCENT else to_major(found.value, found.currency)


def _product_ids(found: StoredCoupon) -> list[str] | None:
    return None if found.product_ids is None else list(found.product_ids)


coupon = presenter(CouponOut, computed={"value": _value, "product_ids": _product_ids})


def conflict(found: StoredCoupon) -> Json:
    """Return the `details` of a 409: the current coupon."""
    return {"version": found.version, "coupon": coupon(found)}
