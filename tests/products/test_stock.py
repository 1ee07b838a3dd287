"""Stock: what partners count, what orders take and give back, and what PostgreSQL refuses."""

from __future__ import annotations

import random
import uuid
from contextlib import suppress
from typing import Any

import gevent
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db import refusals
from metaia.core.json import Json
from metaia.ledger.audit.registry import Finding
from metaia.products import queries
from metaia.products.records import Product
from metaia.products.stock import service
from metaia.shops.counters import service as counters
from tests.support.catalogues import add, changed, open_shop
from tests.support.people import Person, World
from tests.support.waiting import until


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


def product_of(made: Json) -> Product:
    found = queries.get(made["id"])
    assert found is not None
    return found


def buy(order_id: str, product: Product, *quantities: int) -> str | None:
    """Take so many of each variant; return the code of the refusal, if any."""
    lines = [*zip(product.variants, quantities, strict=True)]
    try:
        with db.transaction():
            service.sold(order_id, product.partner_id, [line for line in lines if line[1]])
    except DBAPIError as error:
        problem = refusals.problem_of(error)
        return problem.code if problem else str(error.orig)
    return None


def give_back(order_id: str, product: Product) -> None:
    with db.transaction():
        service.returned(order_id, product.partner_id)


def stocks(product: Product) -> list[int | None]:
    return [variant.stock for variant in queries.by_ids([product.id])[0].variants]


def test_a_change_whose_answer_was_lost_is_sent_again_and_made_once(shop: Person):
    made = add(shop, name="Shirt", price=1, stock=3)
    path, small = f"/api/products/{made['id']}", made["variants"][0]["id"]
    again = [
        ("PUT", f"{path}/stock", {"variantId": small, "delta": 4}),
        ("PATCH", path, {"name": "Linen shirt", "expectedVersion": 1}),
    ]
    for what, body in (
        ("section", {"name": "Shirts"}), ("taxRate", {"name": "GST", "rate": 5, "included": True}),
        ("modifierGroup", {"name": "Size", "options": [{"name": "Wide"}]}),
    ):  # fmt: skip
        paths = {"section": "sections", "taxRate": "tax-rates", "modifierGroup": "modifier-groups"}
        one = add(shop, what, **body)
        again.append(("PATCH", f"/api/{paths[what]}/{one['id']}", {"name": "Other", "expectedVersion": 1}))
    coupon = shop.post("/api/coupons", {"code": "TEN", "kind": "percent", "value": 10}).json()["data"][
        "coupon"
    ]
    again.append(("PATCH", f"/api/coupons/{coupon['id']}", {"value": 20, "expectedVersion": 1}))
    for method, to, body in again:
        answers = [
            shop.call(method, to, body, headers={"Idempotency-Key": f"{method} {to}"}) for _ in range(2)
        ]
        assert [each.status_code for each in answers] == [200, 200], answers[-1].text
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert stocks(product_of(made)) == [7]


def test_a_partner_sets_and_moves_the_stock_of_a_variant(shop: Person):
    made = add(
        shop, name="Shirt", variants=[{"name": "S", "price": 1, "stock": 3}, {"name": "L", "price": 1}]
    )
    path, (small, large) = f"/api/products/{made['id']}/stock", (each["id"] for each in made["variants"])

    def put(status: int = 200, **body: Any) -> list[int | None]:
        answer = shop.put(path, body)
        assert answer.status_code == status, answer.text
        shown = answer.json()["data"]["product"]["variants"] if status == 200 else []
        return [each["stock"] for each in shown]

    assert put(variantId=small, stock=10) == [10, None]
    assert put(variantId=small, delta=-4) == [6, None]
    assert put(variantId=large, stock=2, reason="found") == [6, 2]
    assert put(variantId=large, stock=None) == [6, None]
    for body in (
        {"stock": 1}, {"variantId": large, "delta": 1}, {"variantId": small, "delta": -7}, {"variantId": small},
        {"variantId": small, "stock": 1, "delta": 1}, {"variantId": small, "stock": -1},
    ):  # fmt: skip
        put(422, **body)
    put(404, variantId=str(uuid.uuid4()), stock=1)
    assert stocks(product_of(made)) == [6, None]


def test_orders_take_and_give_back_once_and_never_more_than_there_is(shop: Person, world: World):
    made = add(
        shop, name="Shirt", variants=[{"name": "S", "price": 1, "stock": 3}, {"name": "L", "price": 1}]
    )
    product, customer = product_of(made), world.person()
    first, second = (customer.order()["id"] for _ in range(2))
    assert buy(first, product, 2, 5) is None
    assert stocks(product) == [1, None]
    assert buy(second, product, 2, 1) == "out_of_stock"
    assert stocks(product) == [1, None]
    changed(
        shop,
        f"/api/products/{made['id']}/stock",
        {"variantId": product.variants[1].id, "stock": 4},
        method="PUT",
    )
    give_back(first, product)
    give_back(first, product)  # has nothing any more
    assert stocks(product) == [3, 4]  # the second was not counted when it was sold
    with pytest.raises(DBAPIError, match="has bought nothing"), db.transaction():
        service._append(second, "returned", {product.variants[0].id: 1})
    for statement in ("UPDATE stock_moves SET quantity = 9", "DELETE FROM stock_moves"):
        with pytest.raises(DBAPIError, match="append-only"), db.transaction():
            db.execute(text(statement))
    again = customer.order()["id"]
    assert buy(again, product, 1, 4) is None
    with db.transaction():  # counted, then not, then again while the order holds some
        for value, given in (("NULL", "NULL"), ("7", "7 + 4")):
            db.execute(
                text(f"UPDATE product_variants SET stock = {value}, stock_given = {given} WHERE id = :id"),
                {"id": product.variants[1].id},
            )
    give_back(again, product)
    assert stocks(product) == [3, 11]
    small, _ = product.variants
    assert counters.check() == []
    with db.transaction():
        db.execute(
            text("UPDATE product_variants SET stock = 99 WHERE id = :id"), {"id": product.variants[0].id}
        )
    assert counters.check() == [Finding("stock", small.id, "3", "99")]
    changed(
        shop,
        f"/api/products/{made['id']}/stock",
        {"variantId": product.variants[0].id, "stock": 98},
        method="PUT",
    )
    assert counters.check() == []


def test_a_stock_that_is_set_meanwhile_contains_what_comes_back(app: Flask, shop: Person, world: World):
    made = add(shop, name="Shirt", variants=[{"name": "S", "price": 1, "stock": 3}])
    product, order_id = product_of(made), world.person().order()["id"]
    assert buy(order_id, product, 1) is None
    path = f"/api/products/{made['id']}/stock"
    changed(shop, path, {"stock": None}, method="PUT")
    with db.transaction():
        service.set_stock(
            Actor(shop.id, "tailor", "", 0), made["id"], {"variant_id": None, "stock": 5, "reason": None}
        )
        returning = gevent.spawn(give_in, app, order_id, product)
        until(lambda: returning.dead or waits_for_a_lock())
    returning.get()
    assert stocks(product) == [6]
    assert counters.check() == []


def test_changes_of_products_lock_variants_in_the_order_of_orders(app: Flask, shop: Person):
    made = add(shop, name="Shirt", variants=[{"name": name, "price": 1, "stock": 9} for name in "SL"])
    first, second = made["variants"]
    path = f"/api/products/{made['id']}"
    kept = [{"id": each["id"], "name": each["name"], "price": 1} for each in (second, first)]
    changed(shop, path, {"variants": kept})
    lock = "SELECT FROM product_variants WHERE id = :id FOR NO KEY UPDATE NOWAIT"

    def reprice() -> None:
        with app.app_context():
            changed(shop, path, {"variants": [each | {"price": 2} for each in kept]})

    with db.transaction():  # as an order of both
        db.execute(text(lock), {"id": first["id"]})
        repricing = gevent.spawn(reprice)
        until(waits_for_a_lock)
        db.execute(text(lock), {"id": second["id"]})
    repricing.get()


def waits_for_a_lock() -> bool:
    return bool(db.fetch_value(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_parallel_orders_of_the_last_ones_sell_each_once(app: Flask, shop: Person, world: World):
    names = ("A", "B", "C")
    made = add(shop, name="Shirt", variants=[{"name": name, "price": 1, "stock": 10} for name in names])
    product, customer = product_of(made), world.person()
    orders = [customer.order()["id"] for _ in range(40)]
    wanted = {order_id: [random.randint(0, 1) or 1, random.randint(0, 2), 1] for order_id in orders}

    def run(order_id: str) -> str | None:
        with app.app_context():
            return buy(order_id, product, *wanted[order_id])

    jobs = [gevent.spawn(run, order_id) for order_id in orders]
    outcomes = dict(zip(orders, (job.get() for job in jobs), strict=True))
    assert set(outcomes.values()) == {None, "out_of_stock"}
    done = [wanted[order_id] for order_id, refusal in outcomes.items() if refusal is None]
    assert stocks(product) == [10 - sum(each[n] for each in done) for n in range(3)]
    returns = [gevent.spawn(give_in, app, each, product) for each in orders for _ in range(2)]
    gevent.joinall(returns)
    assert stocks(product) == [10, 10, 10]


def give_in(app: Flask, order_id: str, product: Product) -> None:
    """Give back; a second client of the same order may be refused."""
    with app.app_context(), suppress(IntegrityError):  # the primary key of the move
        give_back(order_id, product)


def order_id(shop: Person) -> str:
    return str(shop.world.person().order()["id"])


def notices(shop: Person, kind: str = "stock_low") -> list[Json]:
    """Return the notifications of a kind, the oldest first."""
    found = shop.get("/api/notifications").json()["data"]["notifications"][::-1]
    return [each for each in found if each["type"] == kind]


def test_a_partner_is_notified_once_of_low_stock_until_it_is_read(shop: Person):
    made = add(
        shop, name="Shirt", variants=[{"name": "L", "price": 10, "stock": 8}, {"name": "M", "price": 10}]
    )
    product = product_of(made)
    assert buy(order_id(shop), product, 2, 7) is None
    assert notices(shop) == []  # 6 are left, and the other variant is not counted
    for _ in range(2):
        assert buy(order_id(shop), product_of(made), 1, 0) is None
    (found,) = notices(shop)
    assert (found["title"], found["message"]) == ("Low stock", "Shirt (L): 5 left.")
    assert found["data"]["variantId"] == product.variants[0].id
    assert shop.put(f"/api/notifications/{found['id']}/read", {}).ok
    assert buy(order_id(shop), product_of(made), 5, 0) == "out_of_stock"
    assert len(notices(shop)) == 1
    assert buy(order_id(shop), product_of(made), 4, 0) is None
    assert [each["message"] for each in notices(shop)][1:] == ["Shirt (L) is sold out."]


def test_notices_of_stock_are_in_the_partners_language(shop: Person):
    assert shop.patch("/api/auth/me", {"locale": "hi"}).ok
    made = add(shop, name="कुर्ता", price=10, stock=6)
    assert buy(order_id(shop), product_of(made), 2) is None
    (found,) = notices(shop)
    assert (found["title"], found["message"]) == ("स्टॉक कम है", "कुर्ता: 4 बचे हैं।")
