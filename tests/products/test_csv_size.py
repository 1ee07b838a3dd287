"""Large catalogues as CSV: other greenlets of the process run while one is exported or imported."""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.products.csv import service
from tests.support.catalogues import open_shop
from tests.support.people import Person, World
from tests.support.turns import Turns

PRODUCTS, VARIANTS = 1_000, 10
GIVEN: Json = {"partner_id": None, "dry_run": False, "mode": "upsert"}
LONGEST = 0.05  # seconds of processor time in one turn: the aim is 0.02 on a machine that does nothing else
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


@pytest.fixture(autouse=True)
def uncollected() -> Iterator[None]:
    """Collect no garbage: a turn would contain the time for objects of all earlier tests."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


def test_other_greenlets_run_while_ten_thousand_rows_are_exported_and_imported(app: Flask, shop: Person):
    actor = Actor(shop.id, "tailor", "", 0)
    with app.app_context():
        with db.transaction():
            numbers = {"partner": shop.id, "products": PRODUCTS, "variants": VARIANTS}
            db.execute(text(FILL), numbers)
        with Turns() as exporting:
            content = service.exported(actor, None)
        rows = [*csv.reader(io.StringIO(content.decode().removeprefix("\ufeff"), newline=""))]
        assert (len(rows), rows[11][2]) == (PRODUCTS * VARIANTS + 1, "Shirt 2")  # in the order of the menu
        dearer = content.replace(b",1.00,", b",2.00,")
        with Turns() as importing:
            imported = service.imported(actor, dearer, GIVEN)
        assert (imported["errors"], imported["updated"]) == ([], PRODUCTS * VARIANTS)
        assert service.exported(actor, None) == dearer
    assert max(exporting.longest, importing.longest) < LONGEST, (exporting.longest, importing.longest)
