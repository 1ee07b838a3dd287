"""Imports of large files: a job runs them, all of a file or nothing, and shows how far it is."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.core import db
from metaia.products.csv import service as csv_service
from metaia.products.csv.plan import Plan
from metaia.products.imports import jobs, running, service
from tests.products.large_files import PATH, ROWS, begun, due, file, kinds, post, products, read, stored
from tests.support.catalogues import add, open_shop
from tests.support.people import Person, World


class Killed(BaseException):
    """Ends a job as a kill does: without any handler of errors."""


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


def test_a_job_imports_a_large_file(shop: Person, monkeypatch: pytest.MonkeyPatch):
    screen = shop.socket()
    one = begun(shop, file())
    assert (one["state"], one["done"], one["total"], one["result"]) == ("waiting", 0, ROWS, None)
    assert zlib.decompress(stored(one).content).decode() == file()
    assert jobs._due() >= 1
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(running, "STEP", 100)
    add_row = Plan.add

    def watched(plan: Any, row: Any) -> None:
        add_row(plan, row)
        if row.line % 300 == 0:
            shown = read(shop, one)
            seen.append((shown["state"], shown["done"]))

    monkeypatch.setattr(Plan, "add", watched)
    jobs.import_csv()
    assert seen == [("running", 100), ("running", 200)]  # rows are checked, then written
    [event] = screen.wait("import:ended")
    assert (event["import"]["id"], event["import"]["state"], event["import"]["applied"]) == (
        one["id"],
        "done",
        True,
    )
    ended = read(shop, one)
    result = {"applied": True, "created": ROWS, "updated": 0, "unchanged": 0, "errors": []}
    assert (ended["state"], ended["done"], ended["result"]) == ("done", ROWS, result)
    assert ended["finishedAt"] is not None
    assert (len(products(shop)), stored(one).content) == (ROWS, None)
    assert kinds(shop) == ["import_done"]
    assert shop.get(PATH).json()["data"]["imports"] == [ended]


def test_a_small_file_is_imported_in_the_request(shop: Person):
    answer = post(shop, file(service.AT_ONCE))
    assert (answer.status_code, answer.json()["data"]["created"]) == (200, service.AT_ONCE)
    assert shop.get(PATH).json()["data"]["imports"] == []


def test_a_dry_run_changes_nothing(shop: Person):
    one = begun(shop, file(), "?dryRun=true")
    jobs.import_csv()
    ended = read(shop, one)
    assert (ended["state"], ended["dryRun"], ended["applied"], ended["done"]) == ("done", True, False, ROWS)
    assert (ended["result"]["created"], ended["result"]["errors"]) == (ROWS, [])
    assert (products(shop), kinds(shop)) == ([], [])


def test_any_error_in_a_row_means_no_change(shop: Person):
    content = file().replace("S7,Shirt 7,1", "S7,Shirt 7,1e3")
    one = begun(shop, content)
    jobs.import_csv()
    ended = read(shop, one)
    assert (ended["state"], ended["applied"], ended["problem"]) == ("done", False, None)
    [error] = ended["result"]["errors"]
    assert (error["line"], error["column"], error["code"]) == (9, "price", "invalid_price")
    assert (products(shop), kinds(shop)) == ([], ["import_failed"])


def test_what_refuses_a_small_file_ends_a_large_one(shop: Person):
    add(shop, name="Theirs", price=1, sku="TAKEN")
    first = add(shop, name="Mine", price=1, sku="MINE")["variants"][0]["id"]
    lines = "".join(f",S{n},Shirt {n},1\n" for n in range(ROWS))
    one = begun(shop, f"variant_id,sku,name,price\n{first},TAKEN,Mine,1\n{lines}")
    jobs.import_csv()
    ended = read(shop, one)
    assert (ended["state"], ended["result"], ended["problem"]["code"]) == ("failed", None, "invalid")
    assert "TAKEN" in str(ended["problem"]["details"])
    assert (len(products(shop)), kinds(shop)) == (2, ["import_failed"])


def test_a_killed_worker_changes_nothing_and_another_one_all(shop: Person, monkeypatch: pytest.MonkeyPatch):
    """Rows without a key would be doubled, if one that was killed had left some."""
    one = begun(shop, file(key=False))
    with monkeypatch.context() as patch:
        patch.setattr(running, "_finish", lambda *_, **__: _kill())
        with pytest.raises(Killed):
            jobs.import_csv()
    assert products(shop) == []
    assert (read(shop, one)["state"], stored(one).tries) == ("running", 1)
    jobs.import_csv()
    assert products(shop) == []  # not yet due again
    due(one)
    jobs.import_csv()
    assert (read(shop, one)["state"], len(products(shop))) == ("done", ROWS)
    due(one)
    running.run(one["id"], most_tries=9)  # a job that was late
    assert (len(products(shop)), kinds(shop)) == (ROWS, ["import_done"])


def _kill() -> None:
    raise Killed


def test_an_import_that_is_interrupted_again_and_again_fails(shop: Person, monkeypatch: pytest.MonkeyPatch):
    one = begun(shop, file())
    monkeypatch.setattr(csv_service, "applied", lambda *_, **__: _kill())
    for _ in service.PAUSES:
        with pytest.raises(Killed):
            jobs.import_csv()
        due(one)
    jobs.import_csv()
    ended = read(shop, one)
    assert (ended["state"], ended["problem"]["code"]) == ("failed", "import_interrupted")
    assert (stored(one).content, kinds(shop)) == (None, ["import_failed"])


def test_an_import_needs_no_second_connection(shop: Person, monkeypatch: pytest.MonkeyPatch):
    tries: list[str] = []

    def none_free() -> None:
        tries.append("one")
        raise PoolTimeout

    monkeypatch.setattr(running, "STEP", 100)
    monkeypatch.setattr(db, "separate", none_free)
    one = begun(shop, file())
    jobs.import_csv()
    assert (read(shop, one)["applied"], tries) == (True, ["one"])
