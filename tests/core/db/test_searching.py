"""Searches in all rows: rare words are found by the index of words, and pages are those of a search without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.db import searching
from metaia.core.ids import new_id
from tests.support.people import World

ROWS = 20_000
FIND = "SELECT count(*) FROM words_found(CAST(:name AS regclass), CAST(:wanted AS tsquery), 1001)"
READ = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = :name"


@pytest.fixture
def notes(app: Flask) -> Iterator[str]:
    """Give a table with an index of words in which one row of 20,000 has a rare word, and one of a thousand another."""
    name = f"notes_{new_id().replace('-', '')}"
    with app.app_context():
        with db.transaction():
            db.ddl(f"CREATE TABLE {name} (id uuid PRIMARY KEY, at integer, words tsvector)")
            db.ddl(
                f"INSERT INTO {name} SELECT gen_random_uuid(), n, to_tsvector('simple', 'plain '"
                f" || CASE WHEN n = {ROWS} THEN 'rare' WHEN n % 1000 = 1 THEN 'seldom' ELSE 'common' END)"
                f" FROM generate_series(1, {ROWS}) n"
            )
            db.ddl(f"CREATE INDEX ON {name} (at)")
            db.ddl(f"CREATE INDEX ON {name} USING gin (words)")
        yield name
        with db.transaction():
            db.ddl(f"DROP TABLE {name}")


@pytest.mark.parametrize(
    ("wanted", "rows"), [("'ra':*", 1), ("'seldom'", 20), ("'plain'", 1001), ("'none'", 0)]
)
def test_the_index_of_words_finds_rows_without_a_scan_of_the_table(
    notes: str, wanted: str, rows: int
) -> None:
    with db.transaction():
        db.ddl(f"ANALYZE {notes}")
        before = db.fetch_value(text(READ), {"name": notes})
        assert db.fetch_value(text(FIND), {"name": notes, "wanted": wanted}) == rows
        assert db.fetch_value(text(READ), {"name": notes}) == before


@pytest.mark.parametrize("most", [0, 2, 3, 1000])
def test_pages_of_staff_are_the_same_for_rare_and_frequent_words(
    world: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(searching, "MOST", most)
    customer, word = world.person(), f"cloth{new_id().replace('-', '')}"
    items = [{"name": word, "price": 1, "quantity": 1}]
    made = [customer.order(items=items)["id"] for _ in range(3)]
    customer.order()
    read, cursor = list[str](), ""
    while len(read) < 10:
        answer = world.staff().get(f"/api/orders?q={word[:-1]}&limit=2{cursor}").json()
        read += [order["id"] for order in answer["data"]["orders"]]
        if not answer["meta"].get("nextCursor"):
            break
        cursor = f"&cursor={answer['meta']['nextCursor']}"
    assert read == made[::-1]
