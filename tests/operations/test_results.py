"""Results as pages and as CSV, exports, the export of an account, erasure, and the end of old operations."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.operations import jobs, privacy
from tests.operations.conftest import Orders
from tests.support.operations import OPERATIONS, WHY, done, results, set_columns, shown
from tests.support.people import Person, World

Entries = Callable[..., list[Json]]


def rows(admin: Person, operation: Json, **query: str) -> list[dict[str, str]]:
    answer = admin.get(f"{OPERATIONS}/{operation['id']}/results.csv", params=query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8"), (
        answer.text
    )
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_results_are_pages_and_a_file(admin: Person, orders: Orders, entries: Entries) -> None:
    ids = [*(order["id"] for order in orders(2)), new_id()]
    operation = done(admin, "orders", "note", ids, parameters={"message": "Hello"})
    assert [*results(admin, operation)] == sorted(ids)
    assert [*results(admin, operation, ok="false")] == [ids[2]]
    assert {*results(admin, operation, ok="true")} == {*ids[:2]}
    path = f"{OPERATIONS}/{operation['id']}/results"
    first = admin.get(path, params={"limit": 2}).json()
    second = admin.get(path, params={"limit": 2, "cursor": first["meta"]["nextCursor"]}).json()
    paged = [each["id"] for page in (first, second) for each in page["data"]["results"]]
    assert paged == sorted(ids)
    found = rows(admin, operation)
    assert [row["id"] for row in found] == sorted(ids)
    (failed,) = rows(admin, operation, ok="false")
    assert (failed["id"], failed["state"], failed["error"]) == (ids[2], "failed", "not_found")
    (entry,) = entries(f"operation-{operation['id']}", action="operation.downloaded")[:1]
    assert entry["actorId"] == admin.id


def test_an_export_of_orders_has_their_columns(admin: Person, orders: Orders) -> None:
    (order,) = orders(1, "accept")
    operation = done(admin, "orders", "export", [order["id"], new_id()])
    (failed,) = results(admin, operation, ok="false").values()
    assert failed["error"]["code"] == "not_found"
    (row,) = rows(admin, operation, ok="true")
    assert (row["number"], row["status"]) == (order["orderNumber"], "accepted")
    assert (float(row["total"]), row["currency"]) == (order["total"], order["currency"])


def test_an_export_of_users_has_no_formulas(world: World, admin: Person) -> None:
    person = world.person(name="=1+1", phone="+91 98 7654 3210")
    (row,) = rows(admin, done(admin, "users", "export", [person.id]))
    assert (row["email"], row["role"], row["active"]) == (person.user["email"], "customer", "yes")
    assert row["name"].startswith("'=")


def test_operations_are_in_the_export_of_their_author(admin: Person, orders: Orders) -> None:
    (order,) = orders(1)
    operation = done(admin, "orders", "note", [order["id"]], parameters={"message": "Hello"})
    exported = admin.get("/api/auth/export").json()["data"]["export"]["operations"]
    assert [(each["id"], each["reason"]) for each in exported] == [(operation["id"], WHY)]


def test_erasure_takes_the_texts_of_an_author(
    app: Flask, admin: Person, boss: Person, orders: Orders
) -> None:
    (order,) = orders(1)
    operation = done(admin, "orders", "note", [order["id"]], parameters={"message": "Hello"})
    with db.transaction():
        privacy.erase(admin.id)
    after = shown(boss, operation)
    assert (after["reason"], after["parameters"], after["filter"]) == ("", {}, None)


def test_old_operations_end_with_their_results(app: Flask, admin: Person, orders: Orders) -> None:
    (order,) = orders(1)
    old, young = (done(admin, "orders", "export", [order["id"]]) for _ in range(2))
    set_columns(old, ended_at=now() - timedelta(days=91))
    assert jobs.tidy() >= 1
    assert admin.get(f"{OPERATIONS}/{old['id']}").status_code == 404
    assert [*results(admin, young)] == [order["id"]]
