"""Quotes and explanations of prices as JSON: amounts in major units."""

from __future__ import annotations

from datetime import datetime

from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.orders.charges import presenters as charge_presenters
from metaia.orders.charges import service as charges
from metaia.orders.queries import Order
from metaia.orders.quotes import refusals
from metaia.orders.quotes.terms import Quote
from metaia.products.pricing.coupon import PERCENT
from metaia.products.records import Variant

_LINE = ("base", "listPrice", "price", "total", "discount")
_DELIVERY = ("fee", "waived", "freeFrom", "minimum")
SUMS = ("subtotal", "adjustment", "discount", "fees", "tax_added", "tip", "total")


def quote(found: Quote) -> Json:
    """Return a quote. Its id states its result: an order with the same result is not refused as changed."""
    priced, currency = found.priced, found.priced.currency
    stored = charges.charges(priced) or {"fees": [], "taxLines": []}
    distance = found.terms.conditions.distance_m
    reason = priced.coupon_refusal
    code = found.cart.coupon_code
    return {
        "id": priced.fingerprint(),
        "partnerId": priced.partner_id,
        "currency": currency,
        "fulfilment": priced.fulfilment,
        "items": [charge_presenters.item(each, currency) for each in charges.items(priced)],
        "subtotal": to_major(priced.subtotal, currency),
        "discount": to_major(priced.discount, currency),
        "coupon": None if code is None else {"code": code, "accepted": reason is None, "reason": reason},
        "fees": _major(stored["fees"], ("amount",), currency),
        "taxLines": _major(stored["taxLines"], ("base", "amount"), currency),
        "tip": to_major(priced.tip, currency),
        "total": to_major(priced.total, currency),
        "distanceKm": None if distance is None else distance / 1000,
        "etaMinutes": list(found.terms.minutes) if found.terms.minutes else None,
        "orderable": not found.refusals,
        "problems": [refusals.problem(each, currency) for each in found.refusals],
        "validUntil": rfc3339(_valid_until(found)),
    }


def changed(found: Quote, changes: list[tuple[str, int | None, int]]) -> Json:
    """Return the `details` of a 409 `price_changed`: the new quote, and each amount that differs."""
    currency = found.priced.currency
    listed = [
        {
            "path": path,
            "was": None if was is None else to_major(was, currency),
            "now": to_major(amount, currency),
        }
        for path, was, amount in changes
    ]
    return {"quote": quote(found), "changed": listed}


def pricing(order: Order, explained: Json, *, commission: bool) -> Json:
    """Return why the total of an order is what it is; for its seller with the base of the commission."""
    currency = order.currency
    shown: Json = {
        "orderId": order.id,
        "currency": currency,
        "lines": _major(explained["lines"], _LINE, currency),
        "coupon": _coupon(explained["coupon"], currency),
        "delivery": _delivery(explained["delivery"], currency),
        "fees": charge_presenters.fees(order),
        "taxLines": charge_presenters.tax_lines(order),
        "sums": {_camel(name): to_major(getattr(order, name), currency) for name in SUMS},
        "rounding": "half up; a tax once per rate; a discount shared by largest remainder",
    }
    for line in shown["lines"]:
        line["modifiers"] = _major(line["modifiers"], ("price",), currency)
    if commission:
        base = order.total if order.commission_base is None else order.commission_base
        shown["commissionBase"] = to_major(base, currency)
        shown["houseDiscount"] = to_major(order.house_discount or 0, currency)
        shown["courierShare"] = to_major(0 if order.courier_own else order.courier_share or 0, currency)
    return shown


def of_items(order: Order) -> Json:
    """Return the explanation of an order that has none: one of an offer, or from before there were any."""
    lines = [
        {
            "itemId": item["id"], "name": item["name"], "variantName": None, "quantity": item["quantity"],
            "modifiers": [], "base": item["price"], "listPrice": None, "price": item["price"],
            "total": item["price"] * item["quantity"], "saleUntil": None, "discount": 0,
        }
        for item in order.items
    ]  # fmt: skip
    return {"lines": lines, "coupon": None, "delivery": None}


def _valid_until(found: Quote) -> datetime | None:
    """Return the next moment at which the result changes by itself."""
    moments = [line.sale_until for line in found.priced.lines] + [found.terms.closes_at]
    moments += [variant.sale_from for variant, _ in found.sold() if not _has_begun(variant, found.moment)]
    moments += [found.coupon.ends_at] if found.coupon else []
    return min((moment for moment in moments if moment is not None), default=None)


def _has_begun(variant: Variant, moment: datetime) -> bool:
    return variant.sale_from is None or variant.sale_from <= moment


def _major(rows: list[Json], names: tuple[str, ...], currency: str) -> list[Json]:
    return [row | _amounts(row, names, currency) for row in rows]


def _amounts(row: Json, names: tuple[str, ...], currency: str) -> Json:
    return {name: None if row[name] is None else to_major(row[name], currency) for name in names}


def _coupon(stored: Json | None, currency: str) -> Json | None:
    if stored is None:
        return None
    value = stored["value"] / 100 if stored["kind"] == PERCENT else to_major(stored["value"], currency)
    return stored | _amounts(stored, ("maxDiscount", "minimum"), currency) | {"value": value}


def _delivery(stored: Json | None, currency: str) -> Json | None:
    if stored is None:
        return None
    metres = stored["distanceM"]
    shown = {key: value for key, value in stored.items() if key != "distanceM"}
    kilometres = None if metres is None else metres / 1000
    return shown | _amounts(stored, _DELIVERY, currency) | {"distanceKm": kilometres}


def _camel(name: str) -> str:
    return "taxAdded" if name == "tax_added" else name
