"""What decides whether a menu has changed: one select."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from metaia.core import db
from metaia.core.db.driver import PreparedSelect
from metaia.products.models import VariantRow
from metaia.shops import queries as shop_queries
from metaia.shops.queries import Shop

PARTNER_ID = shop_queries.COLUMNS[shop_queries.STORED.index("user_id")]


class State(NamedTuple):
    """A shop, and the variants of which nothing is left: orders change them without the version of the menu."""

    shop: Shop
    sold_out: tuple[str, ...]


_sold_out = (
    select(func.array_agg(aggregate_order_by(VariantRow.id, VariantRow.id)))
    .where(VariantRow.partner_id == PARTNER_ID, VariantRow.stock == literal_column("0"))
    .correlate(PARTNER_ID.table)
    .scalar_subquery()
)
_state = PreparedSelect(
    shop_queries.SELECT.add_columns(_sold_out).where(bindparam("partner_id") == PARTNER_ID)
)


def state(partner_id: str) -> State | None:
    """Return the state of a menu, None if the partner has no profile."""
    row = db.fetch_tuple(_state, {"partner_id": partner_id})
    if row is None:
        return None
    *columns, sold_out = row
    return State(Shop(*columns), tuple(map(str, sold_out or ())))
