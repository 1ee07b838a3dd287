import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, DateTime, MetaData, String, Table, Uuid, select

from metaia.core import db
from metaia.core.errors import Invalid
from metaia.core.http import pagination
from metaia.core.ids import new_id
from metaia.extensions import db as database

THINGS = Table(
    "things_to_page",
    MetaData(),
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("owner", Uuid(as_uuid=False)),
    Column("created_at", DateTime(timezone=True)),
    Column("unit_price", BigInteger),
    Column("title", String(20)),
)
SORTABLE = {name: THINGS.c[name] for name in ("created_at", "unit_price", "title")}
SORTS = [sign + name for name in ("createdAt", "unitPrice", "title") for sign in ("", "-")]
BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)
# few different values, so that many rows have equal sort keys
VALUES = st.tuples(st.integers(0, 3), st.integers(-2, 2), st.sampled_from(["", "a", "Ä", "%", "'"]))


@pytest.fixture(scope="module", autouse=True)
def _table(server):
    THINGS.create(database.engine)
    yield
    with db.transaction():
        db.ddl(f"DROP TABLE {THINGS.name}")


def insert(owner: str, values: tuple[int, int, str]) -> str:
    seconds, price, title = values
    row = {"id": new_id(), "owner": owner, "unit_price": price, "title": title}
    with db.transaction():
        db.execute(THINGS.insert(), [row | {"created_at": BEGINNING + timedelta(microseconds=seconds)}])
    return str(row["id"])


def page(owner: str, sort: str, limit: int, cursor: str | None) -> tuple[list[Any], str | None]:
    query = select(THINGS).where(THINGS.c.owner == owner)
    query = pagination.page(query, sort=sort, sortable=SORTABLE, key=THINGS.c.id, limit=limit, cursor=cursor)
    rows, following = pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
    assert len(rows) <= limit
    return list(rows), following


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(VALUES, max_size=12),
    meanwhile=st.lists(VALUES, max_size=12),
    sort=st.sampled_from(SORTS),
    limit=st.integers(1, 5),
)
def test_walking_the_pages_meets_every_row_once_whatever_is_inserted_meanwhile(rows, meanwhile, sort, limit):
    owner = new_id()
    there = {insert(owner, values) for values in rows}
    seen: list[Any] = []
    cursor, late = None, iter(meanwhile)
    for _ in itertools.count():
        found, cursor = page(owner, sort, limit, cursor)
        seen += found
        if cursor is None:
            break
        for values in itertools.islice(late, 1):
            insert(owner, values)
    ids = [row.id for row in seen]
    assert len(ids) == len(set(ids))
    assert there <= set(ids)


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(VALUES, min_size=1, max_size=12), sort=st.sampled_from(SORTS), limit=st.integers(1, 12))
def test_pages_together_are_the_whole_list_in_order(rows, sort, limit):
    owner = new_id()
    for values in rows:
        insert(owner, values)
    whole, _ = page(owner, sort, 100, None)
    walked: list[Any] = []
    cursor: str | None = None
    while True:
        found, cursor = page(owner, sort, limit, cursor)
        walked += found
        if cursor is None:
            break
    assert walked == whole
    times = [row.created_at for row in whole]
    if sort.endswith("createdAt"):
        assert times == sorted(times, reverse=sort.startswith("-"))


def test_a_full_last_page_has_no_cursor():
    owner = new_id()
    for _ in range(2):
        insert(owner, (0, 0, ""))
    assert page(owner, "title", 2, None)[1] is None


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1], lambda c: c + "x", lambda c: "x" + c, lambda _: "", lambda _: "Ä"]
)
def test_a_cursor_that_was_changed_is_refused(change):
    owner = new_id()
    for _ in range(2):
        insert(owner, (0, 0, ""))
    _, cursor = page(owner, "title", 1, None)
    assert cursor is not None
    with pytest.raises(Invalid) as caught:
        page(owner, "title", 1, change(cursor))
    assert caught.value.details == {"cursor": ["Not a cursor of this list."]}


def test_a_cursor_of_another_order_is_refused():
    owner = new_id()
    for _ in range(2):
        insert(owner, (0, 0, ""))
    _, cursor = page(owner, "title", 1, None)
    with pytest.raises(Invalid):
        page(owner, "-title", 1, cursor)
