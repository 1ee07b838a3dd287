"""Coupons by the API: their terms, owners and codes; the limits in the database are in tests/orders/quotes."""

from __future__ import annotations

from decimal import Decimal

import gevent
import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import TooMany
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products.coupons import policy
from metaia.products.coupons import queries as coupon_queries
from metaia.products.coupons import service as coupon_service
from metaia.products.coupons.models import CouponUseRow
from tests.support.people import Person, World

TEN: Json = {"code": "Ten", "kind": "percent", "value": 10}


def made(person: Person, **body: object) -> Json:
    answer = person.post("/api/coupons", TEN | body)
    assert answer.status_code == 201, answer.text
    coupon: Json = answer.json()["data"]["coupon"]
    return coupon


def test_a_coupon_is_made_changed_and_read(world: World) -> None:
    shop, other = world.person("tailor"), world.person("vendor")
    coupon = made(shop, maxDiscount=5.5, minimum=20, usageLimit=3, productIds=[new_id()])
    assert (coupon["value"], coupon["maxDiscount"], coupon["used"]) == (10, 5.5, 0)
    path = f"/api/coupons/{coupon['id']}"
    changed = shop.patch(path, {"value": 12.5, "usageLimit": None, "expectedVersion": 1}).json()["data"][
        "coupon"
    ]
    assert (changed["value"], changed["usageLimit"], changed["version"]) == (12.5, None, 2)
    assert shop.patch(path, {"value": 1, "expectedVersion": 1}).json()["error"]["code"] == "stale_version"
    assert shop.get(path).json()["data"]["coupon"] == changed
    assert [c["id"] for c in shop.get("/api/coupons").json()["data"]["coupons"]] == [coupon["id"]]
    assert other.get(path).status_code == other.patch(path, {"value": 1}).status_code == 403
    again = shop.post("/api/coupons", TEN | {"code": "ＴＥＮ"})
    assert again.json()["error"]["code"] == "coupon_exists"
    made(other)  # another partner may have the same code
    house = made(world.staff("admin"), code=new_id())
    assert house["partnerId"] is None
    assert made(world.staff("admin"), partnerId=other.id, code="Other")["partnerId"] == other.id


def test_terms_that_are_none(world: World) -> None:
    shop = world.person("tailor")
    table: list[tuple[Json, str]] = [
        ({"value": 0}, "value"),
        ({"value": 100.01}, "value"),
        ({"value": 1.234}, "value"),
        ({"value": "NaN"}, "value"),
        ({"kind": "amount", "value": 0}, "value"),
        ({"kind": "amount", "value": 1.234}, "value"),
        ({"kind": "free_delivery"}, "value"),
        ({"kind": "gift"}, "kind"),
        ({"code": "x"}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"code": "\ufdfa" * 9}, "code"),  # 18 letters each, as codes are compared
        ({"usageLimit": 0}, "usageLimit"),
        ({"minimum": -1}, "minimum"),
        ({"minimum": 1e30}, "minimum"),
        ({"productIds": []}, "productIds"),
        ({"startsAt": "2026-12-02T00:00:00Z", "endsAt": "2026-12-01T00:00:00Z"}, "endsAt"),
        ({"currency": "XXX"}, "currency"),
        ({"used": 3}, "used"),
    ]
    for body, field in table:
        answer = shop.post("/api/coupons", TEN | body)
        assert (answer.status_code, [*answer.json()["error"]["details"]]) == (422, [field]), body
    assert shop.get("/api/coupons").json()["data"]["coupons"] == []


def test_the_database_refuses_a_return_without_a_use_and_a_second_one(world: World) -> None:
    shop, customer = world.person("tailor"), world.person()
    coupon, order = made(shop), customer.order(partnerId=shop.id)
    row = {"order_id": order["id"], "coupon_id": coupon["id"], "customer_id": customer.id, "at": now()}

    def append(kind: str) -> str | None:
        try:
            with db.transaction():
                db.execute(insert(CouponUseRow).values(**row, kind=kind))
        except DBAPIError as error:
            return str(getattr(error.orig, "sqlstate", None))
        return None

    assert append("returned") == "MA022"
    assert (append("used"), append("used")) == (None, "23505")
    assert (append("returned"), append("returned")) == (None, "23505")
    assert shop.get(f"/api/coupons/{coupon['id']}").json()["data"]["coupon"]["used"] == 0


@pytest.mark.parametrize("code", ["İSTANBUL", "straße", "कूपन"])
def test_codes_of_all_scripts_are_found_in_any_case(world: World, code: str) -> None:
    shop, customer = world.person("tailor"), world.person()
    made(shop, code=code)
    body = {"partnerId": shop.id, "items": [{"name": "Suit", "quantity": 1, "price": 20}]}
    for written in (code, code.upper(), code.casefold()):
        quote = customer.post("/api/orders/quote", body | {"coupon": written}).json()["data"]["quote"]
        assert (quote["discount"], quote["coupon"]["accepted"]) == (2, True), written


def test_two_admins_at_once_make_no_more_coupons_of_the_house_than_there_may_be(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = world.staff("admin")
    monkeypatch.setattr(policy, "MAX_COUPONS", coupon_queries.count(None) + 1)
    monkeypatch.setattr(
        coupon_service, "_audit", lambda *_: gevent.sleep(0.2)
    )  # both have counted before one commits
    actor = Actor(admin.id, "admin", "", 0)
    given = {"partner_id": None, "kind": "percent", "value": Decimal(10), "currency": "INR"}
    makers = [gevent.spawn(_limited, app, actor, given | {"code": new_id()}) for _ in range(2)]
    assert sorted(each.get(timeout=60) for each in makers) == [False, True]


def _limited(app: Flask, actor: Actor, given: Json) -> bool:
    """Make a coupon; return whether there were too many."""
    with app.app_context():
        try:
            coupon_service.create(actor, given)
        except TooMany:
            return True
        return False
