"""The price of a cart: one function for card, menu, quote and order, so that they never differ. Pure.

Lines, discount, fees and taxes are computed once each in this order, in whole minor units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from metaia.products.pricing.cart import DELIVERY, Cart, Conditions
from metaia.products.pricing.coupon import FREE_DELIVERY, UNKNOWN, WHOLE, Coupon, History, discounted, refusal
from metaia.products.pricing.lines import lines as lines_of
from metaia.products.pricing.result import Fee, Line, Priced, Refusal, TaxLine
from metaia.products.records import Catalogue, TaxRate

NOTHING = Catalogue({}, {}, {}, {})
NEW = History()


def price(
    cart: Cart,
    catalogue: Catalogue,
    conditions: Conditions,
    now: datetime,
    coupon: Coupon | None = None,
    history: History = NEW,
) -> Priced:
    """Return the prices of a cart at a moment. What cannot be ordered is a refusal in it, never an error.

    `coupon` is the row of `cart.coupon_code`, None if there is none.
    """
    found = lines_of(cart, catalogue, conditions, now)
    reason = refusal(coupon, cart, found.lines, history, now) if cart.coupon_code is not None else UNKNOWN
    counts = coupon if reason is None else None
    parts = discounted(counts, found.lines) if counts else [0 for _ in found.lines]
    lines = [
        replace(line, share=part) if part else line for line, part in zip(found.lines, parts, strict=True)
    ]
    subtotal = sum(line.total for line in lines)
    fees = _fees(cart, conditions, subtotal, counts)
    return Priced(
        partner_id=cart.partner_id,
        currency=cart.currency,
        fulfilment=cart.fulfilment,
        lines=tuple(lines),
        subtotal=subtotal,
        discount=sum(parts),
        coupon_code=counts.code if counts else None,
        coupon_refusal=reason if cart.coupon_code is not None else None,
        fees=fees,
        taxes=tuple(_taxes(lines, fees, catalogue.tax_rates)),
        tip=cart.tip,
        refusals=(*found.refusals, *_of_minimum(conditions, subtotal), *_of_coupon(cart, reason)),
    )


def tax(base: int, rate: TaxRate) -> int:
    """Return the tax on a base, rounded half up: taken out of it if the prices contain it, else added to it."""
    whole = WHOLE + rate.rate_bps if rate.included else WHOLE
    return (2 * base * rate.rate_bps + whole) // (2 * whole)


def _fees(cart: Cart, conditions: Conditions, subtotal: int, coupon: Coupon | None) -> tuple[Fee, ...]:
    if cart.fulfilment != DELIVERY or not conditions.fee:
        return ()
    free = conditions.free_from is not None and subtotal >= conditions.free_from
    free = free or (coupon is not None and coupon.kind == FREE_DELIVERY)
    asked, waived = (0, conditions.fee) if free else (conditions.fee, 0)
    return (Fee("delivery", "Delivery", asked, waived, conditions.fee_tax_rate_id),)


def _taxes(lines: Sequence[Line], fees: Sequence[Fee], rates: Mapping[str, TaxRate]) -> Iterator[TaxLine]:
    """Yield the tax of each rate, rounded once per order, in the order in which the rates first occur."""
    bases: dict[str, int] = {}
    for line in lines:
        if line.tax_rate_id is not None:
            bases[line.tax_rate_id] = bases.get(line.tax_rate_id, 0) + line.total - line.share
    for fee in fees:
        if fee.amount and fee.tax_rate_id is not None and fee.tax_rate_id in rates:
            bases[fee.tax_rate_id] = bases.get(fee.tax_rate_id, 0) + fee.amount
    for rate_id, base in bases.items():
        rate = rates[rate_id]
        yield TaxLine(rate.id, rate.name, rate.rate_bps, base, tax(base, rate), rate.included)


def _of_minimum(conditions: Conditions, subtotal: int) -> Iterator[Refusal]:
    """Yield a refusal below the least order of the shop. It compares the subtotal before coupons."""
    if subtotal < conditions.minimum:
        more = {"minimum": conditions.minimum, "missing": conditions.minimum - subtotal}
        yield Refusal(
            code="below_minimum", path="items", message="The shop delivers from a higher sum on.", more=more
        )


def _of_coupon(cart: Cart, reason: str | None) -> Iterator[Refusal]:
    if cart.coupon_code is not None and reason is not None:
        yield Refusal(
            code="coupon_invalid",
            path="coupon",
            message="The coupon does not count for this order.",
            more={"reason": reason},
        )
