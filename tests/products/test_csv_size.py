"""Large catalogues as CSV: other greenlets of the process run while one is exported or imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.products.csv import service
from tests.support.catalogues import open_shop
from tests.support.people import Person, World
from tests.support.turns import longest_share

PRODUCTS, VARIANTS = 1_000, 10
MOST_SHARE = (
    1 / 15
)  # of the processor time, in one turn of the event loop: 1/80 is usual, without pauses it is a third
FILL = """
    WITH made AS (
        INSERT INTO products (id, partner_id, name, kind, currency, price, tags, media_ids, words, version, position,
            available, active, created_at, updated_at)
        SELECT gen_random_uuid(), :partner, 'Shirt ' || n, 'item', 'INR', 100, '["linen", "summer"]', '[]', '', 1, n,
            true, true, now(), now()
        FROM generate_series(1, :products) n RETURNING id
    )
    INSERT INTO product_variants (id, partner_id, product_id, name, sku, price, position, available, active)
    SELECT gen_random_uuid(), :partner, id, 'Size ' || n, id || '-' || n, 100, n, true, true
    FROM made, generate_series(1, :variants) n
"""


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


@pytest.fixture
def actor(app: Flask, shop: Person) -> Iterator[Actor]:
    with app.app_context():
        with db.transaction():
            db.execute(text(FILL), {"partner": shop.id, "products": PRODUCTS, "variants": VARIANTS})
        yield Actor(shop.id, "tailor", "", 0)


def test_other_greenlets_run_while_ten_thousand_rows_are_exported(actor: Actor):
    rows = [*csv.reader(io.StringIO(exported(actor).removeprefix("\ufeff"), newline=""))]
    assert (len(rows), rows[11][2]) == (PRODUCTS * VARIANTS + 1, "Shirt 2")  # in the order of the menu
    assert longest_share(lambda: service.exported(actor, None), MOST_SHARE) < MOST_SHARE


def test_other_greenlets_run_while_ten_thousand_rows_are_imported(actor: Actor):
    prices = count(2)

    def dearer() -> None:
        content = before.replace(",1.00,", f",{next(prices)}.00,")
        file = service.parsed(content.encode())
        imported = service.applied(actor, actor.id, file, mode="upsert", dry_run=False)
        assert (imported["errors"], imported["updated"]) == ([], PRODUCTS * VARIANTS)

    before = exported(actor)
    assert longest_share(dearer, MOST_SHARE) < MOST_SHARE
    assert exported(actor) == before.replace(",1.00,", f",{next(prices) - 1}.00,")


def exported(actor: Actor) -> str:
    return service.exported(actor, None).decode()
