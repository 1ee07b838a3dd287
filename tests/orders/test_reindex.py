"""`flask orders reindex`: orders that processes of an earlier release have placed are found again."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.orders import queries
from metaia.orders.queries import Order
from metaia.orders.search import commands
from tests.support.people import Person, World

HINDI, CHINESE = "लाल कुर्ता", "红色的衬衫"


def reindex(app: Flask) -> int:
    """Run the command, and return how many orders it has changed."""
    result = app.test_cli_runner().invoke(args=["orders", "reindex"])
    assert result.exit_code == 0, result.output
    return int(re.findall(r"^done: \d+ orders, changed (\d+)$", result.output, re.MULTILINE)[0])


def store_words(app: Flask, order: Json, words: str) -> None:
    with app.app_context(), db.transaction():
        db.execute(
            text("UPDATE orders SET words = :words WHERE id = :id"), {"words": words, "id": order["id"]}
        )


def found(customer: Person, query: str) -> list[str]:
    answer = customer.get("/api/orders", params={"q": query})
    return [order["id"] for order in answer.json()["data"]["orders"]]


def row(app: Flask, order: Json) -> object:
    with app.app_context():
        return db.fetch_one(text("SELECT * FROM orders WHERE id = :id"), {"id": order["id"]})


def test_orders_of_an_earlier_release_are_found_again(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "BATCH", 2)
    reindex(app)  # what other tests have left
    customer = world.person()
    orders = [customer.order(notes=note) for note in (HINDI, CHINESE, HINDI, "blue")]
    right = [row(app, order) for order in orders]
    for order in orders[:3]:
        store_words(app, order, "'m1' 'suit'")
    assert found(customer, "कुर्ता") == []
    assert reindex(app) == 3
    assert sorted(found(customer, "कुर्ता")) == sorted([orders[0]["id"], orders[2]["id"]])
    assert found(customer, "衬衫") == [orders[1]["id"]]
    assert [row(app, order) for order in orders] == right
    assert reindex(app) == 0


def test_texts_that_are_erased_during_the_run_stay_erased(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = world.person()
    order = customer.order(notes=HINDI)
    read = queries.searchable

    def erase_then_read(given: Order) -> str:
        if given.id == order["id"]:
            with db.transaction():
                query = text("UPDATE orders SET notes = NULL, words = '' WHERE id = :id")
                db.execute(query, {"id": given.id})
        return read(given)

    monkeypatch.setattr(queries, "searchable", erase_then_read)
    reindex(app)
    assert found(customer, "कुर्ता") == []
