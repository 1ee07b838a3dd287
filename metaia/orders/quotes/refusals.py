"""The errors by which a body is refused as an order, from the refusals of its quote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from metaia.core.errors import Conflict, Invalid, declare
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.products.pricing.result import Refusal

CODES = {
    "below_minimum": "The sum of the items is below the least order of the shop.",
    "coupon_invalid": "The coupon does not count for this order; `details` has the reason.",
    "custom_items_refused": "The shop takes orders of its products only: send `productId`.",
    "location_needed": "The shop delivers by distance: send the coordinates of the destination.",
    "measurement_out_of_range": "The measurement is not in the unit, the range or the steps of its group.",
    "modifier_required": "Something of a modifier group must be chosen.",
    "no_delivery": "The shop does not deliver.",
    "no_pickup": "The shop only delivers.",
    "not_possible_then": "An order can be scheduled from 15 minutes after the earliest time, up to 7 days ahead.",
    "not_served_now": "The shop does not serve this at that time; `details` has when it does.",
    "outside_delivery_area": "The shop does not deliver to this destination.",
    "product_unavailable": "The shop does not offer this now; `details` has the items.",
    "shop_busy": "The shop is too busy to take orders now.",
    "shop_closed": "The shop is closed; `details` has when it opens.",
    "shop_paused": "The shop has paused; `details` has until when.",
    "text_too_long": "The text of a modifier is longer than its group allows.",
    "too_many_modifiers": "More of a modifier group is chosen than may be.",
    "unknown_modifier": "The product does not have this modifier.",
}
declare(CODES)
# By the state of the shop, its catalogue or the coupon, which the customer cannot see in the body.
OF_STATE = (
    "shop_closed", "shop_paused", "shop_busy", "product_unavailable", "not_served_now", "out_of_stock",
    "coupon_invalid",
)  # fmt: skip
WITH_NUMBERS = ("below_minimum", "outside_delivery_area")  # of which there is one in an order
BY_ITEM = ("product_unavailable", "not_served_now", "out_of_stock")


def require_none(refusals: Sequence[Refusal], currency: str) -> None:
    """Raise Invalid or Conflict for the first kind of refusal: first what the body states, then the shop's state."""
    wrong = [each for each in refusals if each.code not in OF_STATE]
    if wrong:
        same = [each for each in wrong if each.code == wrong[0].code]
        details = {each.path: [_sentence(each, currency)] for each in same}
        if wrong[0].code in WITH_NUMBERS:  # as texts, like all details of a 422
            details |= {name: [str(value)] for name, value in shown(wrong[0].more, currency).items()}
        raise Invalid(wrong[0].message, code=wrong[0].code, details=details)
    for code in OF_STATE:
        found = [each for each in refusals if each.code == code]
        if found and code in BY_ITEM:
            items = [{"path": each.path} | shown(each.more, currency) for each in found]
            raise Conflict(found[0].message, code=code, details={"items": items})
        if found:
            raise Conflict(found[0].message, code=code, details=shown(found[0].more, currency))


def problem(refusal: Refusal, currency: str) -> Json:
    """Return a refusal as a problem of a quote."""
    named = {"code": refusal.code, "path": refusal.path, "message": refusal.message}
    return named | shown(refusal.more, currency)


def shown(more: Json, currency: str) -> Json:
    """Return the details of a refusal as JSON: amounts in major units."""
    return {name: _value(name, value, currency) for name, value in more.items()}


def _value(name: str, value: Any, currency: str) -> Any:
    if name in ("minimum", "missing"):
        return to_major(value, currency)
    if isinstance(value, datetime):
        return rfc3339(value)
    return float(value) if isinstance(value, Decimal) else value


def _sentence(refusal: Refusal, currency: str) -> str:
    """Return the message of a refusal with what is missing: a 422 has texts only, a quote has the numbers."""
    if refusal.code != "below_minimum":
        return refusal.message
    missing = to_major(refusal.more["missing"], currency)
    return f"{refusal.message} {missing} {currency} are missing."
