"""Coupons: when one counts, what it takes off, and how the discount is shared among the lines. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from metaia.products.pricing.cart import DELIVERY, Cart
from metaia.products.pricing.result import Line

PERCENT, AMOUNT, FREE_DELIVERY = KINDS = ("percent", "amount", "free_delivery")
UNKNOWN, NOT_ELIGIBLE = "unknown", "not_eligible"
REASONS = (
    UNKNOWN, "not_started", "expired", "used_up", "per_customer", "minimum", "other_partner", "not_first_order",
    "inactive", NOT_ELIGIBLE,
)  # fmt: skip
WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon. `value` is in basis points for a percentage, else in minor units. The house's has no partner."""

    id: str
    partner_id: str | None
    code: str
    kind: str
    value: int
    currency: str
    max_discount: int | None = None
    minimum: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    usage_limit: int | None = None
    per_customer_limit: int | None = None
    first_order_only: bool = False
    product_ids: tuple[str, ...] | None = None
    active: bool = True
    used: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What a customer has done before: uses of this coupon that count, and whether an order stands."""

    uses: int = 0
    has_ordered: bool = False


def key(code: str) -> str:
    """Return the form in which codes are compared: `İ`, `ß` and full-width letters are equal to their usual forms."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def refusal(
    coupon: Coupon | None, cart: Cart, lines: Sequence[Line], history: History, now: datetime
) -> str | None:
    """Return the reason (of REASONS) for which a coupon does not count for a cart, None if it does.

    The limits on uses are checked again when the order is stored.
    """
    if coupon is None:
        return UNKNOWN
    subtotal = sum(line.total for line in lines)
    reasons = {
        "inactive": not coupon.active,
        "other_partner": coupon.partner_id not in (None, cart.partner_id),
        "not_started": coupon.starts_at is not None and now < coupon.starts_at,
        "expired": coupon.ends_at is not None and now >= coupon.ends_at,
        "used_up": coupon.usage_limit is not None and coupon.used >= coupon.usage_limit,
        "per_customer": coupon.per_customer_limit is not None and history.uses >= coupon.per_customer_limit,
        "not_first_order": coupon.first_order_only and history.has_ordered,
        "minimum": subtotal < (coupon.minimum or 0),
        NOT_ELIGIBLE: not _is_eligible(coupon, cart, lines),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def discounted(coupon: Coupon, lines: Sequence[Line]) -> list[int]:
    """Return the share of each line in the discount. The shares add up to it, and no share exceeds its line."""
    eligible = [line.total if _counts(coupon, line) else 0 for line in lines]
    whole = sum(eligible)
    if coupon.kind == FREE_DELIVERY or whole == 0:
        return [0 for _ in lines]
    wanted = (2 * whole * coupon.value + WHOLE) // (2 * WHOLE) if coupon.kind == PERCENT else coupon.value
    limit = wanted if coupon.max_discount is None else min(wanted, coupon.max_discount)
    return shares(min(limit, whole), eligible)


def shares(amount: int, parts: Sequence[int]) -> list[int]:
    """Return `amount` shared in proportion to `parts`, by largest remainder; of equal ones the earlier part gets it."""
    whole = sum(parts)
    if whole == 0:
        return [0 for _ in parts]
    found = [amount * part // whole for part in parts]
    remainders = [amount * part % whole for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))
    for place in order[: amount - sum(found)]:
        found[place] += 1
    return found


def _is_eligible(coupon: Coupon, cart: Cart, lines: Sequence[Line]) -> bool:
    """Return whether there is something in the cart for which the coupon counts."""
    if coupon.kind == FREE_DELIVERY:
        return cart.fulfilment == DELIVERY
    if coupon.currency != cart.currency and (coupon.kind == AMOUNT or coupon.minimum or coupon.max_discount):
        return False
    return any(_counts(coupon, line) for line in lines)


def _counts(coupon: Coupon, line: Line) -> bool:
    return coupon.product_ids is None or line.product_id in coupon.product_ids
