"""With the checks of the services patched away, PostgreSQL refuses what they would let in, and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.deliveries import service as deliveries
from metaia.orders import create as orders
from metaia.orders.couriers import service as order_couriers
from metaia.orders.placing.schemas import Create
from metaia.products import create as products
from metaia.products import service as product_service
from metaia.products.schemas import CreateProduct
from metaia.products.stock import queries as stock_queries
from metaia.products.stock import service as stock
from metaia.reviews import create as reviews
from metaia.reviews.subjects import queries as subjects
from tests.support.catalogues import add, open_shop
from tests.support.people import Person, World
from tests.support.reviews import insert_order

INFO = {"name": "Asha Rao", "phone": "+919876543210", "address": "12 Hill Road, Mumbai"}
Patch = pytest.MonkeyPatch


def actor(person: Person) -> Actor:
    return Actor(person.id, person.user["role"], "session", 0)


def refused(call: Callable[[], object]) -> str:
    """Return what PostgreSQL answers to a call that the service lets in."""
    with pytest.raises(DBAPIError) as error:
        call()
    return str(error.value.orig)


def one(query: str, **given: object) -> Any:
    return db.fetch_value(text(query), given)


def changed(statement: Any, **given: object) -> None:
    with db.transaction():
        db.execute(statement, given)


def test_one_slot_of_a_courier_has_one_order(app: Flask, world: World, monkeypatch: Patch) -> None:
    shop, customer, courier = world.person("tailor"), world.person(), world.person("delivery")
    assert courier.put("/api/couriers/me/shift", {"on": True, "vehicle": "walk"}).ok
    made = []
    for _ in range(2):
        order = customer.order(partnerId=shop.id, customerInfo=INFO)
        made.append(shop.act(shop.act(order, "accept"), "ready"))
    slot: Callable[..., Json] = lambda *_: {"courier_id": courier.id, "courier_slot": 1}  # noqa: E731
    monkeypatch.setattr(order_couriers, "given_to", slot)
    for each in made:  # the trigger of earlier releases takes a free slot instead of one that is taken
        assert deliveries.claim(actor(courier), each["delivery"]["id"]).courier_id == courier.id
    slots = "SELECT array_agg(courier_slot ORDER BY courier_slot) FROM orders WHERE courier_id = :id"
    assert one(slots, id=courier.id) == [1, 2]
    same = text("UPDATE orders SET courier_slot = 1 WHERE courier_id = :id")
    assert "uq_orders_courier_slot" in refused(lambda: changed(same, id=courier.id))
    assert one(slots, id=courier.id) == [1, 2]


def test_an_order_has_the_total_of_its_parts(app: Flask, world: World, monkeypatch: Patch) -> None:
    shop, customer = open_shop(world.person("tailor")), world.person()
    shirt = add(shop, name="Shirt", price=5, stock=3)
    real = orders._order
    monkeypatch.setattr(orders, "_order", lambda *given: replace(real(*given), total=499))
    body = {"partnerId": shop.id, "items": [{"productId": shirt["id"], "quantity": 1}]}
    given = Create().load(body)
    assert "ck_orders_price" in refused(lambda: orders.create(actor(customer), given))
    assert one("SELECT count(*) FROM orders WHERE partner_id = :id", id=shop.id) == 0
    assert one("SELECT stock FROM product_variants WHERE product_id = :id", id=shirt["id"]) == 3


def test_only_its_customer_reviews_an_order(app: Flask, world: World, monkeypatch: Patch) -> None:
    shop, customer, other = world.person("tailor"), world.person(), world.person()
    order_id = insert_order(customer.id, shop.id)
    real = subjects.of_order

    def foreign(order_id: str) -> subjects.Purchase:
        purchase = real(order_id)
        assert purchase is not None
        return replace(purchase, customer_id=other.id)

    stranger = SimpleNamespace(of_order=foreign)
    monkeypatch.setattr(reviews, "subjects", stranger)
    subject = {"type": "partner", "id": shop.id, "rating": 1, "tags": []}
    given = {"order_id": order_id, "booking_id": None, "subjects": [subject], "text": None, "media_ids": []}
    assert "only its customer" in refused(lambda: reviews.create(actor(other), given))
    assert one("SELECT count(*) FROM reviews WHERE order_id = :id", id=order_id) == 0


def test_a_product_is_in_a_section_of_its_partner(app: Flask, world: World, monkeypatch: Patch) -> None:
    shop, other = (open_shop(world.person("tailor")) for _ in range(2))
    section = add(other, "section", name="Breakfast")
    monkeypatch.setattr(product_service, "require_consistent", lambda *_: {})
    given = CreateProduct().load({"name": "Idli", "price": 5, "sectionId": section["id"]})
    assert "section_id" in refused(lambda: products.create(actor(shop), given))
    assert one("SELECT count(*) FROM products WHERE section_id = :id", id=section["id"]) == 0


def test_no_stock_is_below_zero(app: Flask, world: World, monkeypatch: Patch) -> None:
    shop = open_shop(world.person("tailor"))
    shirt = add(shop, name="Shirt", price=5, stock=3)
    monkeypatch.setattr(stock, "_moved", lambda *_: -1)
    given = {"variant_id": None, "stock": 0, "reason": None}
    assert "ck_product_variants_stock" in refused(lambda: stock.set_stock(actor(shop), shirt["id"], given))
    assert one("SELECT stock FROM product_variants WHERE product_id = :id", id=shirt["id"]) == 3


def test_a_sale_is_returned_once(app: Flask, world: World, monkeypatch: Patch) -> None:
    shop, customer = open_shop(world.person("tailor")), world.person()
    shirt = add(shop, name="Shirt", price=5, stock=3)
    order = customer.order(partnerId=shop.id, items=[{"productId": shirt["id"], "quantity": 2}])
    moves = stock_queries.held(order["id"])
    monkeypatch.setattr(stock_queries, "held", lambda _: moves)

    def give_back() -> None:
        with db.transaction():
            stock.returned(order["id"], shop.id)

    give_back()
    assert "pk_stock_moves" in refused(give_back)
    assert one("SELECT stock FROM product_variants WHERE product_id = :id", id=shirt["id"]) == 3
