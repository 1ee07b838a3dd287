"""Stock and coupons of orders, in the transaction of the change: taken once, given back once."""

from __future__ import annotations

from collections.abc import Sequence

from metaia.core.errors import Conflict, Problem, declare
from metaia.orders.payment.state import DEAD
from metaia.orders.queries import Order
from metaia.products.coupons import service as coupons
from metaia.products.records import Variant
from metaia.products.stock import service as stock

COUPON_REFUSED = "MA021"  # of the trigger
declare({"coupon_invalid": "The coupon does not count for this order; `details` has the reason."})


def take(order: Order, sold: Sequence[tuple[Variant, int]], coupon_id: str | None) -> None:
    """Take what an order needs. Its commit fails (`out_of_stock`, `coupon_invalid`) if others were faster."""
    if sold and order.partner_id:
        stock.sold(order.id, order.partner_id, sold)
    if coupon_id is not None:
        coupons.use(coupon_id, order.id, order.customer_id)


def follow(before: Order, after: Order) -> None:
    """Give everything back once an order is rejected, cancelled or expired."""
    if after.status not in DEAD or before.status in DEAD:
        return
    if after.partner_id and any("variantId" in item for item in after.items):
        stock.returned(after.id, after.partner_id)
    if after.coupon_code is not None:
        coupons.give_back(after.id)


def refused(detail: str) -> Problem:
    """Return the problem for what the trigger of coupons refuses: `detail` is the reason."""
    return Conflict("The coupon does not count any more.", code="coupon_invalid", details={"reason": detail})
