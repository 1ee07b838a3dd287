"""The JSON of items and charges: amounts in major units, and nothing that a viewer must not read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from metaia.core.json import Json
from metaia.core.money import to_major

_AMOUNTS = ("price", "discount", "total")
_PRIVATE = frozenset({"text", "value"})  # of modifiers: what customers write, and their measurements


class Charged(Protocol):
    """The part of an order that states its charges; `charges` is as `quotes/service.py:charges` returns it."""

    @property
    def currency(self) -> str: ...
    @property
    def coupon_code(self) -> str | None: ...
    @property
    def charges(self) -> dict[str, Any] | None: ...


def item(stored: Json, currency: str) -> Json:
    """Return an item of an order as `ItemOut`."""
    if "productId" not in stored and "discount" not in stored:
        return stored | {"price": to_major(stored["price"], currency)}
    found = stored | {name: to_major(stored[name], currency) for name in _AMOUNTS if name in stored}
    if "modifiers" in stored:
        found["modifiers"] = [
            each | {"price": to_major(each["price"], currency)} for each in stored["modifiers"]
        ]
    return found


def without_private(item: Json) -> Json:
    """Return an item, stored or shown, without what its customer has written and their measurements."""
    found = {key: value for key, value in item.items() if key != "notes"}
    if "modifiers" in item:
        found["modifiers"] = [
            {key: value for key, value in each.items() if key not in _PRIVATE} for each in item["modifiers"]
        ]
    return found


def coupon(this: Charged) -> Json | None:
    """Return the coupon of an order."""
    return {"code": this.coupon_code} if this.coupon_code else None


def fees(this: Charged) -> list[Json]:
    """Return the fees of an order."""
    return _with_amounts(this, "fees", ("amount",))


def tax_lines(this: Charged) -> list[Json]:
    """Return the taxes of an order."""
    return _with_amounts(this, "taxLines", ("base", "amount"))


def before_charges(shown: Json) -> Json:
    """Return the charges of an order that the log has from before they were shown."""
    adjustment = shown.get("adjustment", 0)
    nothing: Json = {"discount": 0, "coupon": None, "fees": [], "taxLines": [], "tip": 0}
    place = {"fulfilment": None, "destination": None, "scheduledFor": None}
    return {"subtotal": shown["total"] - adjustment, **nothing, **place}


def _with_amounts(this: Charged, kind: str, names: Sequence[str]) -> list[Json]:
    stored = this.charges[kind] if this.charges else ()
    return [each | {name: to_major(each[name], this.currency) for name in names} for each in stored]
