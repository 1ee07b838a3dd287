"""The columns of the catalogue as CSV, and their cells. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from metaia.core import money
from metaia.core.http.fields import Text
from metaia.products.policy import MAX_TAGS
from metaia.products.records import Product, Section, TaxRate, Variant
from metaia.products.variants.schemas import MAX_STOCK, MOST

HEADER = (
    "variant_id", "product_id", "name", "variant", "sku", "description", "section", "tax_rate", "tags", "price",
    "compare_price", "currency", "stock", "available", "active",
)  # fmt: skip
OF_PRODUCT = {"name": "name", "description": "description", "section": "section_id", "tax_rate": "tax_rate_id",
              "tags": "tags", "active": "active"}  # fmt: skip
OF_VARIANT = {"variant": "name", "sku": "sku", "price": "price", "compare_price": "compare_price",
              "available": "available"}  # fmt: skip
BETWEEN_TAGS = "|"
_PRICE = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,3})?")
_STOCK = re.compile(r"[0-9]{1,10}")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# What defusedcsv writes an apostrophe before; it then writes a backslash before each `|`.
_ESCAPED = (*"@+-=%", "\\|")
_TEXTS = {"name": Text(200), "variant": Text(120), "sku": Text(64), "description": Text(2000, lines=True)}
_TAG = Text(40)


class Refused(Exception):
    """A cell cannot be read. `code` is for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Names:
    """What cells name: sections and tax rates of one partner, and its currency."""

    currency: str
    sections: Mapping[str, Section]
    rates: Mapping[str, TaxRate]


def cells(product: Product, variant: Variant, names: Names) -> dict[str, str]:
    """Return the row of a variant, by column, before the writer escapes it."""
    section, rate = names.sections.get(product.section_id or ""), names.rates.get(product.tax_rate_id or "")
    found = {
        "variant_id": variant.id,
        "product_id": product.id,
        "name": product.name,
        "variant": variant.name,
        "sku": variant.sku,
        "description": product.description,
        "section": section and section.name,
        "tax_rate": rate and rate.name,
        "tags": BETWEEN_TAGS.join(product.tags),
        "price": _shown(variant.price, product.currency),
        "compare_price": _shown(variant.compare_price, product.currency),
        "currency": product.currency,
        "stock": variant.stock,
        "available": "true" if variant.available else "false",
        "active": "true" if product.active else "false",
    }
    return {name: "" if value is None else str(value) for name, value in found.items()}


def unescaped(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from computing it."""
    if cell.startswith("'") and cell.startswith(_ESCAPED, 1):
        return cell[1:].replace("\\|", "|")
    return cell


def value(column: str, cell: str, names: Names) -> Any:
    """Return what a cell means as a field of a product or a variant. Raises Refused."""
    return _READERS[column](column, unescaped(cell), names)


def _text(column: str, cell: str, _: Names) -> str | None:
    if not cell.strip():
        if column == "name":
            raise Refused("missing", "A product needs a name.")
        return None
    return _loaded(_TEXTS[column], cell)


def _tags(_: str, cell: str, __: Names) -> list[str]:
    found = [_loaded(_TAG, tag) for tag in cell.split(BETWEEN_TAGS)] if cell.strip() else []
    if len(found) > MAX_TAGS:
        raise Refused("invalid_text", f"At most {MAX_TAGS} tags.")
    return found


def _named(column: str, cell: str, names: Names) -> str | None:
    things: Mapping[str, Section | TaxRate] = names.sections if column == "section" else names.rates
    if not cell.strip():
        return None
    found = [thing.id for thing in things.values() if thing.name == cell.strip()]
    if len(found) != 1:
        raise Refused(f"unknown_{column}", f"There is no {column} {cell.strip()!r}, or there are several.")
    return found[0]


def _price(column: str, cell: str, names: Names) -> int | None:
    if column == "compare_price" and not cell:
        return None
    if not _PRICE.fullmatch(cell) or Decimal(cell) > MOST:
        raise Refused("invalid_price", "ASCII digits, with a point before the decimals.")
    try:
        return money.to_minor(Decimal(cell), names.currency)
    except ValueError as error:
        raise Refused("invalid_price", str(error)) from None


def _stock(_: str, cell: str, __: Names) -> int | None:
    if not cell:
        return None
    if not _STOCK.fullmatch(cell) or int(cell) > MAX_STOCK:
        raise Refused("invalid_stock", "A whole number, or nothing for what is not counted.")
    return int(cell)


def _boolean(_: str, cell: str, __: Names) -> bool:
    try:
        return _BOOLEANS[cell.strip().lower()]
    except KeyError:
        raise Refused("invalid_boolean", "true or false.") from None


def _loaded(field: Text, cell: str) -> str:
    try:
        return str(field.deserialize(cell))
    except ValidationError as error:
        raise Refused("invalid_text", str(error.messages[0])) from None


def _shown(amount: int | None, currency: str) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(-money.exponent(currency))


_READERS: dict[str, Callable[[str, str, Names], Any]] = {
    **dict.fromkeys(("name", "variant", "sku", "description"), _text),
    **dict.fromkeys(("section", "tax_rate"), _named),
    **dict.fromkeys(("price", "compare_price"), _price),
    **dict.fromkeys(("available", "active"), _boolean),
    "tags": _tags,
    "stock": _stock,
}
