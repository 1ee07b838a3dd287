"""The statements of media use indexes: their plans with 100,000 files, in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from benchmarks.media_growth import OWNER, SEED, USERS
from metaia.core import db
from metaia.core.times import now
from metaia.media import queries
from metaia.media.cleaning import queries as cleaning_queries
from metaia.media.quotas import queries as quota_queries
from metaia.media.serving import queries as serving_queries
from metaia.media.uses import queries as use_queries
from metaia.media.uses import service as use_service
from tests.support.plans import Plan, nodes
from tests.support.plans import plans as explained

FILES = 100_000
FIRST, SECOND = (f"10000000-0000-7000-8000-{number:012x}" for number in (10, 11))
TABLES = ("media", "media_uses", "media_usage", "media_trash", "media_parts")


def page(**filters: Any) -> Callable[[], object]:
    """Return the read of the first page of a list."""
    return lambda: queries.page(filters=filters, sort="-createdAt", limit=20, cursor=None)


def following_page() -> object:
    """Read the second page of the list of staff."""
    _, cursor = queries.page(filters={}, sort="-createdAt", limit=20, cursor=None)
    return queries.page(filters={}, sort="-createdAt", limit=20, cursor=cursor)


CALLS: dict[str, Callable[[], object]] = {
    "list, own": page(owner_id=OWNER),
    "list, own, by kind and status": page(owner_id=OWNER, kind="image", status=["ready", "hidden"]),
    "list, own, attached": page(owner_id=OWNER, attached=True),
    "list, own, unattached": page(owner_id=OWNER, attached=False),
    "list, own, by name": page(owner_id=OWNER, q="photo 1"),
    "list, staff": page(),
    "list, staff, second page": following_page,
    "list, staff, by owner": page(owner_id=OWNER),
    "row by id": lambda: queries.by_id(FIRST),
    "row to change": lambda: queries.to_change(FIRST),
    "row to delete": lambda: use_service.to_delete(FIRST),
    "rows by id": lambda: queries.by_ids([FIRST, SECOND]),
    "rows to change": lambda: queries.many_to_change([FIRST, SECOND]),
    "file by key": lambda: serving_queries.by_key("private/0123456789abcdef0123456789abcdef/full.webp"),
    "usage": lambda: quota_queries.usage(OWNER, "customer"),
    "recount": lambda: quota_queries.stored(OWNER),
    "files of a subject": lambda: use_queries.media_ids("order-7"),
    "files of subjects": lambda: use_queries.by_subject(["order-7", "order-8"]),
    "sweep": lambda: cleaning_queries.due(now(), 100),
    "trash of a file": lambda: queries.has_trash(FIRST),
    "keys in the trash": lambda: cleaning_queries.trashed_keys(["private/x/full.webp"]),
    "incoming keys": lambda: cleaning_queries.incoming_keys(["incoming/x.jpg"]),
    "comparison with the store": lambda: list(cleaning_queries.stored_keys("local", "private/ab")),
}


class _Undo(Exception):
    """Roll the transaction back."""


@pytest.fixture(scope="module")
def plans(app: Flask) -> dict[str, list[Plan]]:
    """Give the plans of each call."""
    found: dict[str, list[Plan]] = {}
    with app.app_context():
        try:
            with db.transaction():
                for statement in SEED:
                    db.execute(text(statement), {"users": USERS, "first": 1, "last": FILES})
                db.execute(text(f"ANALYZE users, {', '.join(TABLES)}"))
                found = {name: explained(call) for name, call in CALLS.items()}
                raise _Undo
        except _Undo:
            with db.transaction():  # the sizes of tables that planners know are not rolled back
                db.execute(text(f"ANALYZE users, {', '.join(TABLES)}"))
    return found


@pytest.mark.parametrize("name", CALLS)
def test_no_table_is_read_as_a_whole(plans: dict[str, list[Plan]], name: str) -> None:
    every = [node for plan in plans[name] for node in nodes(plan)]
    assert [node["Relation Name"] for node in every if node["Node Type"] == "Seq Scan"] == []
    assert [node for node in every if "Index Name" in node], every


def test_lists_of_staff_are_read_in_the_order_of_their_index(plans: dict[str, list[Plan]]) -> None:
    """A sort would read all files first, and grow with them."""
    for name in ("list, staff", "list, staff, second page"):
        every = [node for plan in plans[name] for node in nodes(plan) if node.get("Relation Name") == "media"]
        assert {node.get("Index Name") for node in every} == {"ix_media_created_at"}
