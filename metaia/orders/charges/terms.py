"""The shares of an order's money, as they are agreed when it is placed. Pure; amounts are in minor units."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.payments.booking.terms import commission
from metaia.products.pricing.cart import Conditions
from metaia.products.pricing.coupon import FREE_DELIVERY, Coupon
from metaia.products.pricing.result import Priced

WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class AgreedShares:
    """`house_discount` is what a coupon of the house took off, which the house pays to the seller.

    `commission_base` is the price of the goods without the partner's own discount: no fee, added tax or tip.
    `courier_share` is what a courier of the pool gets: the tip, and a share of the delivery fee.
    """

    house_discount: int
    commission_base: int
    courier_share: int


def agreed(
    priced: Priced, conditions: Conditions, coupon: Coupon | None, *, courier_bps: int, commission_bps: int
) -> AgreedShares:
    """Return the shares of a priced cart; `coupon` is the one that counts.

    The fee of which the courier gets a share is also paid if the customer does not: by the partner from `freeFrom` on
    or with a coupon of its own, by the house with one of the house. The seller's share is never below 0.
    """
    of_house = coupon is not None and coupon.partner_id is None
    waived = sum(fee.waived for fee in priced.fees)
    is_free = conditions.free_from is not None and priced.subtotal >= conditions.free_from
    by_house = waived if of_house and coupon and coupon.kind == FREE_DELIVERY and not is_free else 0
    house_discount = (priced.discount if of_house else 0) + by_house
    base = priced.subtotal - (0 if of_house else priced.discount)
    share = priced.tip + (priced.fee_total + waived) * courier_bps // WHOLE
    most = priced.total + house_discount - commission(base, commission_bps)
    return AgreedShares(house_discount, base, min(share, most))
