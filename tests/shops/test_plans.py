"""The statements of shops use indexes: plans with thousands of shops, in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from benchmarks import shops_growth
from benchmarks.shops_rows import COURIER, PARTNER, PRODUCT
from metaia.core import db
from metaia.core.ids import new_id
from metaia.deliveries import queries as deliveries
from metaia.products import queries as products
from metaia.products.coupons import queries as coupons
from metaia.products.stock import queries as stock
from tests.support.plans import Plan, nodes, plans

SHOPS = 8000
TABLES = (
    "users", "partner_profiles", "rating_totals", "follower_totals", "products", "product_variants", "orders",
    "reviews", "follows",
)  # fmt: skip
# Of rows that were just inserted, an index of words reads a list that PostgreSQL empties later: plans count its pages.
TIDY = (
    "SELECT gin_clean_pending_list('ix_partner_profiles_words'), gin_clean_pending_list('ix_products_words')"
)
# Besides what is timed: statements of orders and couriers.
MORE = {
    "claim": lambda: deliveries.is_offered_to(new_id(), COURIER, []),
    "cart": lambda: products.for_cart(PARTNER, {PRODUCT}),
    "stock that an order holds": lambda: stock.held(new_id()),
    "stock that orders have taken": lambda: stock.taken(new_id()),
    "uses of a coupon": lambda: coupons.uses_by(new_id(), new_id()),
}
CALLS = {name: call for name, call in shops_growth.calls().items() if name != shops_growth.MACHINE} | MORE


class _Undo(Exception):
    """Roll the transaction back."""


@pytest.fixture(scope="module")
def explained(app: Flask) -> Iterator[dict[str, list[Plan]]]:
    """Give the plans of each call."""
    found: dict[str, list[Plan]] = {}
    analyze = text(f"ANALYZE {', '.join(TABLES)}")
    with app.app_context():
        try:
            with db.transaction():
                shops_growth.add(1, SHOPS)
                db.execute(text(TIDY))
                db.execute(analyze)
                found = {name: plans(call) for name, call in CALLS.items()}
                raise _Undo
        except _Undo:
            with db.transaction():  # the sizes of tables that planners know are not rolled back
                db.execute(analyze)
        yield found


@pytest.mark.parametrize("name", CALLS)
def test_no_table_of_shops_is_read_as_a_whole(explained: dict[str, list[Plan]], name: str) -> None:
    every = [node for plan in explained[name] for node in nodes(plan)]
    read = {node["Relation Name"] for node in every if node["Node Type"] == "Seq Scan"}
    assert read & {*TABLES} == set(), every
    assert [node for node in every if "Index Name" in node], every
