"""Which imports there can be, which users see them, and how long they are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products.imports import jobs, service
from tests.products.large_files import PATH, ROWS, begun, file, post, products, read, stored
from tests.support.catalogues import open_shop
from tests.support.people import PASSWORD, Person, World


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


def test_a_shop_has_one_import_at_a_time(shop: Person, world: World):
    one = begun(shop, file())
    for query in ("", "?dryRun=true"):
        refused = post(shop, file(price="2"), query)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "import_running")
        assert refused.json()["error"]["details"] == {"importId": one["id"]}
    other = begun(open_shop(world.person("vendor")), file())
    assert other["id"] != one["id"]
    for _ in range(2):
        jobs.import_csv()
    again = begun(shop, file(price="2"))
    jobs.import_csv()
    assert read(shop, again)["result"]["updated"] == ROWS


def test_a_repeated_request_has_one_import(shop: Person):
    key = {"Idempotency-Key": new_id()}
    first, again = (post(shop, file(), **key).json()["data"]["import"]["id"] for _ in range(2))
    assert first == again
    jobs.import_csv()
    assert len(products(shop)) == ROWS


def test_an_admin_imports_for_a_partner(shop: Person, world: World):
    admin, support, stranger = world.staff(), world.staff("support"), open_shop(world.person("vendor"))
    screen = admin.socket()
    one = begun(admin, file(), f"?partnerId={shop.id}")
    jobs.import_csv()
    [event] = screen.wait("import:ended")
    assert event["import"]["id"] == one["id"]
    for reader in (admin, support, shop):
        assert read(reader, one)["applied"]
    assert stranger.get(f"{PATH}/{one['id']}").status_code == 404
    assert admin.get(f"{PATH}?partnerId={shop.id}").json()["data"]["imports"][0]["id"] == one["id"]
    query = (
        "SELECT actor_id, actor_role FROM audit_log WHERE action = 'catalogue.import' AND subject = :subject"
    )
    [entry] = db.fetch_all(text(query), {"subject": f"partner-{shop.id}"})
    assert tuple(entry) == (admin.id, "admin")


def test_old_and_abandoned_imports_are_tidied(shop: Person):
    one = begun(shop, file())
    _age(one, service.LEFT_OVER)
    jobs.tidy()
    assert (read(shop, one)["state"], stored(one).content) == ("failed", None)
    begun(shop, file())  # the shop is free again
    _age(one, service.KEPT)
    assert jobs.tidy() >= 1
    assert shop.get(f"{PATH}/{one['id']}").status_code == 404


def _age(one: Json, age: timedelta) -> None:
    with db.transaction():
        values = {"at": now() - age - timedelta(minutes=1), "id": one["id"]}
        db.execute(text("UPDATE product_imports SET created_at = :at WHERE id = :id"), values)


def test_imports_are_exported_and_leave_with_their_partner(shop: Person):
    one = begun(shop, file())
    [mine] = shop.get("/api/auth/export").json()["data"]["export"]["productImports"]
    assert (mine["id"], mine["total"]) == (one["id"], ROWS)
    assert shop.call("DELETE", "/api/auth/me", {"password": PASSWORD}).ok
    left = "SELECT count(*) FROM product_imports WHERE partner_id = :id"
    assert db.fetch_value(text(left), {"id": shop.id}) == 0
    jobs.import_csv()
    assert products(shop) == []


def test_bad_input_is_refused(shop: Person):
    for query in ("limit=0", "limit=101", "limit=x", "cursor=forged", "sort=total", "q=", "partnerId=x"):
        assert shop.get(f"{PATH}?{query}").status_code == 422, query
    assert shop.get(f"{PATH}/{new_id()}").status_code == 404
    assert shop.get(f"{PATH}/x").status_code == 404
    for query in ("?mode=replace", "?dryRun=perhaps", "?partnerId=x"):
        assert post(shop, file(), query).status_code == 422, query
    assert shop.get(PATH).json()["data"]["imports"] == []
