"""What an order keeps of its price: items, charges, and the inputs of each amount. Pure.

All of it is a copy, in minor units: no later change of the catalogue, of a coupon or of a tax rate reaches an order.
"""

from __future__ import annotations

from typing import Any

from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.products.pricing.cart import Conditions
from metaia.products.pricing.coupon import Coupon
from metaia.products.pricing.result import Line, Modifier, Priced


def items(priced: Priced) -> list[Json]:
    """Return the lines as the items of an order. Those in free text have nothing that the first clients do not know."""
    return [_item(number, line) for number, line in enumerate(priced.lines, 1)]


def charges(priced: Priced) -> Json | None:
    """Return fees and taxes as an order keeps them; None without any."""
    rates = {tax.rate_id: tax.rate_bps / 100 for tax in priced.taxes}
    fees = [
        {
            "code": fee.code,
            "name": fee.name,
            "amount": fee.amount,
            "taxRate": rates.get(fee.tax_rate_id or ""),
        }
        for fee in priced.fees
    ]
    taxes = [
        {"name": tax.name, "rate": tax.rate_bps / 100, "base": tax.base, "amount": tax.amount}
        | {"included": tax.included}
        for tax in priced.taxes
    ]
    return {"fees": fees, "taxLines": taxes} if fees or taxes else None


def explanation(priced: Priced, conditions: Conditions, coupon: Coupon | None) -> Json:
    """Return the inputs of each amount. It has no personal data: no notes, texts or measurements."""
    delivery = None
    if priced.fees:
        fee = priced.fees[0]
        delivery = {"fee": fee.amount + fee.waived, "waived": fee.waived, "freeFrom": conditions.free_from}
        delivery |= {"minimum": conditions.minimum, "distanceM": conditions.distance_m}
    return {
        "lines": [_explained(number, line) for number, line in enumerate(priced.lines, 1)],
        "coupon": coupon and _coupon(coupon),
        "delivery": delivery,
    }


def _item(number: int, line: Line) -> Json:
    found: Json = {"id": str(number), "name": line.name, "quantity": line.quantity, "price": line.unit}
    if line.product_id is not None:
        found |= {
            "productId": line.product_id,
            "variantId": line.variant_id,
            "variantName": line.variant_name,
        }
        found |= {"modifiers": [_modifier(each) for each in line.modifiers], "total": line.total}
    if line.share:
        found |= {"discount": line.share, "total": line.total}
    if line.notes:
        found["notes"] = line.notes
    if line.media_ids:
        found["mediaIds"] = list(line.media_ids)
    return found


def _modifier(each: Modifier) -> Json:
    found: dict[str, Any] = {"groupId": each.group_id, "group": each.group, "price": each.price}
    found["quantity"] = each.quantity
    if each.option_id is not None:
        found |= {"optionId": each.option_id, "name": each.name}
    if each.text is not None:
        found["text"] = each.text
    if each.value is not None:
        found |= {"value": float(each.value), "unit": each.unit}
    return found


def _explained(number: int, line: Line) -> Json:
    modifiers = [
        {"name": each.name or each.group, "quantity": each.quantity, "price": each.price}
        for each in line.modifiers
    ]
    amounts = {"base": line.base, "listPrice": line.list_price, "price": line.unit, "total": line.total}
    sale = {"saleUntil": rfc3339(line.sale_until), "discount": line.share}
    named = {"itemId": str(number), "name": line.name, "variantName": line.variant_name}
    return named | {"quantity": line.quantity, "modifiers": modifiers} | amounts | sale


def _coupon(coupon: Coupon) -> Json:
    terms = {
        "code": coupon.code,
        "kind": coupon.kind,
        "value": coupon.value,
        "maxDiscount": coupon.max_discount,
    }
    return terms | {"minimum": coupon.minimum, "paidBy": "house" if coupon.partner_id is None else "partner"}
