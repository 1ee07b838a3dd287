"""Selects on variants, on the groups at products, and on options: prepared, because each quote and order reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import func, select

from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import array, is_among
from metaia.products.models import GroupRow, OptionRow, ProductGroupRow, VariantRow
from metaia.products.records import Option, ProductGroup, Variant

PARTS = {"variants", "groups", "options"}  # fields of records that are rows of other tables


def columns_of(record: type[Any], table: type[Any]) -> list[Any]:
    """Return the columns of a record, in the order of its fields."""
    return [getattr(table, each.name) for each in fields(record) if each.name not in PARTS]


def named(record: type[Any], row: Iterable[Any]) -> Any:
    """Return a record with the values of `columns_of`."""
    names = (each.name for each in fields(record) if each.name not in PARTS)
    return record(**dict(zip(names, row, strict=True)))


_VARIANT, _OPTION = columns_of(Variant, VariantRow), columns_of(Option, OptionRow)
_variants_of = PreparedSelect(
    select(VariantRow.product_id, *_VARIANT)
    .where(is_among(VariantRow.product_id, "ids"), VariantRow.active)
    .order_by(VariantRow.position, VariantRow.id)
)
_link = ProductGroupRow
_groups_of = PreparedSelect(
    select(
        *(_link.product_id, _link.group_id),
        *(func.coalesce(_link.min, GroupRow.min), func.coalesce(_link.max, GroupRow.max)),
    )
    .join(GroupRow, GroupRow.id == _link.group_id)
    .where(is_among(_link.product_id, "ids"), GroupRow.active)
    .order_by(_link.position, _link.group_id)
)
_options_of = PreparedSelect(
    select(OptionRow.group_id, *_OPTION)
    .where(is_among(OptionRow.group_id, "ids"), OptionRow.active)
    .order_by(OptionRow.position, OptionRow.id)
)


def variants(product_ids: Sequence[str]) -> dict[str, list[Variant]]:
    """Return the active variants of products, in their order."""
    found = defaultdict(list)
    for product_id, *row in db.fetch_tuples(_variants_of, {"ids": array(product_ids)}):
        found[product_id].append(named(Variant, row))
    return found


def groups(product_ids: Sequence[str]) -> dict[str, list[ProductGroup]]:
    """Return the active groups at products, with the limits of the group where the product has none."""
    found = defaultdict(list)
    for product_id, *row in db.fetch_tuples(_groups_of, {"ids": array(product_ids)}):
        found[product_id].append(ProductGroup(*row))
    return found


def options(group_ids: Sequence[str]) -> dict[str, list[Option]]:
    """Return the active options of groups, in their order."""
    if not group_ids:
        return {}
    found = defaultdict(list)
    for group_id, *row in db.fetch_tuples(_options_of, {"ids": array(group_ids)}):
        found[group_id].append(named(Option, row))
    return found
