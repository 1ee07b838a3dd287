"""Modifier groups as JSON."""

from __future__ import annotations

from decimal import Decimal

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.products.groups.schemas import GroupOut, OptionOut
from metaia.products.records import Group

_option = presenter(OptionOut, without=("price",))
_group = presenter(GroupOut, without=("options", "min_value", "max_value", "step"))


def group(found: Group) -> Json:
    """Return a modifier group with its options."""
    options = [_option(each) | {"price": to_major(each.price, found.currency)} for each in found.options]
    sizes = {"minValue": found.min_value, "maxValue": found.max_value, "step": found.step}
    return _group(found) | {name: _size(value) for name, value in sizes.items()} | {"options": options}


def conflict(found: Group) -> Json:
    """Return the `details` of a 409: the current modifier group."""
    return {"version": found.version, "modifierGroup": group(found)}


def _size(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
