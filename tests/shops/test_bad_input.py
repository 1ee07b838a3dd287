"""Bad input at the entrances of shops, catalogues, couriers, deliveries, reviews and follows: 4xx, and nothing changes.

The tests of each domain have the bad values of its main bodies; these are all other ones.
"""

from __future__ import annotations

from typing import Any

import pytest

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.deliveries.conftest import Pool
from tests.support.catalogues import add, open_shop
from tests.support.people import Person, World
from tests.support.reviews import insert_order, insert_review

CODES = {
    400: {"invalid_json", "unreadable"},
    404: {"not_found"},
    413: {"too_large"},
    415: {"unsupported_media_type"},
}
# What no JSON object of a body is; `{}` stands in a table of its own where all fields can be left out.
RAW = (
    b"[]", b"7", b'"x"', b"null", b"{", b'{"reason": NaN}', b'{"minutes": 1e400}', b'{"reason": "\xff"}',
    b'{"reason": "\\ud800"}', b'{"reason": "\\u0000"}', b'{"reason": "a", "reason": ' + b"[" * 2_000,
)  # fmt: skip
LISTS = (
    "limit=0",
    "limit=101",
    "limit=x",
    "cursor=forged",
    "cursor=",
    "sort=owner",
    "unknown=1",
    "limit=1&limit=2",
)


def refused(answer: Any, *expected: int) -> None:
    """Assert an error of the contract's form with one of these statuses."""
    assert answer.status_code in (expected or (400, 422)), (
        answer.request.url,
        answer.request.body,
        answer.text,
    )
    body = answer.json()
    assert (body["status"], {*body["error"]}, bool(body["requestId"])) == (
        "error",
        {"code", "message", "details"},
        True,
    )
    assert body["error"]["code"] in CODES.get(answer.status_code, {body["error"]["code"]}), answer.text


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


@pytest.fixture
def pool(world: World) -> Pool:
    return Pool(world)


def test_bodies_that_are_no_object_are_refused(world: World, pool: Pool, shop: Person) -> None:
    product, courier, admin = add(shop, name="Shirt", price=5), pool.courier(), world.staff()
    review = insert_review(pool.customer.id, shop.id)
    delivery = pool.order()["delivery"]["id"]
    routes = (
        (shop, "PUT", "/api/partners/me/hours"), (shop, "POST", "/api/partners/me/pause"),
        (shop, "PATCH", f"/api/products/{product['id']}"), (shop, "PUT", f"/api/products/{product['id']}/stock"),
        (shop, "POST", "/api/partners/me/posts"), (shop, "POST", "/api/partners/me/couriers"),
        (courier, "PUT", "/api/couriers/me/shift"), (courier, "PUT", "/api/couriers/me/location"),
        (pool.customer, "POST", "/api/reviews"), (pool.customer, "POST", f"/api/reviews/{review}/report"),
        (shop, "PUT", f"/api/reviews/{review}/reply"), (admin, "PATCH", f"/api/admin/reviews/{review}/hide"),
        (admin, "POST", f"/api/admin/deliveries/{delivery}/offer"),
        (admin, "PATCH", f"/api/admin/couriers/{courier.id}/shift"),
        (admin, "PATCH", f"/api/admin/partners/{shop.id}/hide"), (admin, "PUT", "/api/admin/categories/bakery"),
    )  # fmt: skip
    for person, method, path in routes:
        for raw in RAW:
            answer = person.call(method, path, data=raw, headers={"Content-Type": "application/json"})
            refused(answer)
        refused(person.call(method, path, data=b"<a/>", headers={"Content-Type": "text/xml"}), 415)
    large = b'{"reason": "' + b"x" * 300_000 + b'"}'
    refused(
        shop.call("POST", "/api/partners/me/pause", data=large, headers={"Content-Type": "application/json"}),
        413,
    )
    assert shop.get(f"/api/products/{product['id']}").json()["data"]["product"] == product


def test_values_that_no_shop_has_are_refused(world: World, shop: Person) -> None:
    admin, other = world.staff(), open_shop(world.person("vendor"))
    product = add(shop, name="Shirt", price=5, stock=3)
    foreign = add(other, name="Theirs", price=5)
    path = f"/api/products/{product['id']}"
    table: list[tuple[Person, str, str, list[Json]]] = [
        (
            shop,
            "PUT",
            f"{path}/stock",
            [
                {"stock": 10**9 + 1},
                {"stock": 1.5},
                {"stock": True},
                {"stock": "x"},
                {"delta": 10**30},
                {"delta": None},
                {"stock": 1, "reason": "x" * 201},
                {"stock": 1, "variantId": "x"},
                {},
            ],
        ),
        (
            shop,
            "PATCH",
            f"{path}/availability",
            [
                {},
                {"available": None},
                {"available": "soon"},
                {"soldOutUntil": "tomorrow"},
                {"soldOutUntil": "0001-01-01T00:00:00Z"},
                {"available": True, "soldOutUntil": None},
                {"available": True, "variantId": new_id(), "optionId": new_id()},
            ],
        ),
        (
            shop,
            "POST",
            "/api/products/bulk",
            [
                {},
                {"filter": {}},
                {"filter": {"tag": ""}, "set": {"active": True}},
                {"filter": {}, "price": {"percent": -101}},
                {"filter": {}, "price": {"amount": "NaN"}},
                {"filter": {}, "price": {"percent": "1e400"}},
                {"filter": {}, "set": {"price": 1}},
                {"ids": [new_id()] * 501, "set": {"active": True}},
                {"filter": {}, "set": {"tags": ["x"] * 21}},
            ],
        ),
        (shop, "PUT", "/api/sections/order", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": [new_id()] * 101}]),
        (
            shop,
            "POST",
            "/api/partners/me/pause",
            [
                {"minutes": 0},
                {"minutes": 10**9},
                {"minutes": "long"},
                {"until": "soon"},
                {"minutes": 1, "until": "2030-01-01T00:00:00Z"},
                {"minutes": 1, "reason": "x" * 201},
            ],
        ),
        (
            shop,
            "PUT",
            "/api/partners/me/hours",
            [
                {"weekly": []},
                {"weekly": {"mon": "all day"}},
                {"exceptions": [{}]},
                {"exceptions": [{"date": "2031-02-30"}]},
                {"exceptions": [{"date": "2031-01-01", "hours": [{"from": "9"}]}]},
                {"weekly": {"mon": [{"from": "25:00", "to": "26:00"}]}},
                {"lastOrderMinutes": 721},
                {"timeZone": ""},
            ],
        ),
        (
            admin,
            "PUT",
            "/api/admin/categories/bakery",
            [{}, {"name": ""}, {"name": "x" * 81}, {"name": "x", "position": -1}],
        ),
        (
            admin,
            "PATCH",
            f"/api/admin/partners/{shop.id}/hide",
            [
                {},
                {"reason": ""},
                {"reason": "x" * 501},
                {"reason": None},
                {"reason": "x", "expectedVersion": 0},
                {"reason": "x", "expectedVersion": "first"},
            ],
        ),
        (
            shop,
            "POST",
            "/api/partners/me/couriers",
            [
                {},
                {"email": "nobody"},
                {"email": "a@b.example\r\nBcc: x@y.example"},
                {"email": "x" * 400 + "@y.example"},
                {"email": ["a@b.example"]},
            ],
        ),
    ]
    for person, method, where, bodies in table:
        for body in bodies:
            refused(person.call(method, where, body))
    refused(admin.put("/api/admin/categories/BAD%20SLUG", {"name": "x"}), 404, 422)
    refused(shop.patch(f"/api/products/{foreign['id']}", {"name": "Mine"}), 403)
    refused(shop.put(f"/api/products/{foreign['id']}/stock", {"stock": 1}), 403)
    refused(shop.put(f"{path}/stock", {"stock": 1, "variantId": foreign["variants"][0]["id"]}), 404)
    assert shop.get(path).json()["data"]["product"] == product


def test_values_that_no_delivery_has_are_refused(world: World, pool: Pool) -> None:
    admin, courier, order = world.staff(), pool.courier(), pool.order()
    delivery = order["delivery"]["id"]
    offers: list[Json] = [
        {}, {"mode": "loud"}, {"courierIds": []}, {"courierIds": [new_id()]}, {"courierIds": ["x"]}, {"mode": None},
        {"courierIds": [courier.id], "mode": "nearest"}, {"courierIds": [courier.id] * 51},
        {"courierIds": [pool.customer.id]},
    ]  # fmt: skip
    for body in offers:
        refused(admin.post(f"/api/admin/deliveries/{delivery}/offer", body))
    for body in (
        {},
        {"on": True, "reason": "x"},
        {"on": False},
        {"on": False, "reason": ""},
        {"on": "no", "reason": "x"},
    ):
        refused(admin.patch(f"/api/admin/couriers/{courier.id}/shift", body))
    shifts: list[Json] = [
        {}, {"on": None}, {"on": "yes"}, {"on": True, "vehicle": "rocket"}, {"on": True, "lat": 1},
        {"on": True, "lat": "1e400", "lng": 1}, {"on": True, "expectedVersion": -1},
    ]  # fmt: skip
    for body in shifts:
        refused(courier.put("/api/couriers/me/shift", body))
    spot = {"lat": 1, "lng": 1, "at": "2026-11-28T12:00:00Z"}
    fixes: list[Any] = [
        [], None, [None], [{}], [spot | {"at": "now"}], [spot | {"at": None}], [spot | {"lat": -85.1}],
        [spot | {"lng": "1e400"}], [spot | {"accuracy": -1}], [spot | {"heading": 361}], [spot | {"speed": 1001}],
        [spot | {"extra": 1}], [spot] * 51,
    ]  # fmt: skip
    for locations in fixes:
        refused(courier.put("/api/couriers/me/location", {"locations": locations}))
    for query in ("state=all", "state=", "unknown=1", "state=open&state=mine"):
        refused(courier.get(f"/api/deliveries?{query}"))
        refused(admin.get(f"/api/admin/deliveries?{query}"))
    for query in ("near=91,181", "near=1", "near=NaN,1", "near="):
        refused(admin.get(f"/api/admin/deliveries?{query}"))
    for query in ("", "orderId=x", "orderId="):
        refused(pool.shop.get(f"/api/couriers?{query}"))
    refused(pool.shop.get(f"/api/couriers?orderId={new_id()}"), 404)
    for path in (delivery[:-1], "x", "%00", order["id"] + "0"):
        refused(courier.get(f"/api/deliveries/{path}"), 404)
    refused(courier.get(f"/api/deliveries/{order['id']}"), 404)  # the id of an order is none of a delivery
    refused(courier.post(f"/api/deliveries/{order['id']}/claim", {}), 404)
    for body in (
        {"code": "12345"},
        {"code": 7},
        {"mediaIds": ["x"]},
        {"mediaIds": [new_id()] * 99},
        {"signerName": ""},
    ):
        refused(admin.patch(f"/api/orders/{order['id']}/deliver", body))
    assert (
        pool.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]["version"] == order["version"]
    )


def test_values_that_no_review_has_are_refused(world: World, shop: Person) -> None:
    author, admin = world.person(), world.staff()
    review = insert_review(author.id, shop.id, order_id=insert_order(author.id, shop.id))
    path, staff_path = f"/api/reviews/{review}", f"/api/admin/reviews/{review}"
    before = author.get(path).json()["data"]["review"]
    table: list[tuple[Person, str, str, list[Json]]] = [
        (
            author,
            "PATCH",
            path,
            [
                {"rating": 0},
                {"rating": 6},
                {"rating": 4.5},
                {"rating": None},
                {"rating": "NaN"},
                {"rating": True},
                {"text": "x" * 2001},
                {"text": ""},
                {"tags": ["a b"]},
                {"tags": ["x"] * 11},
                {"tags": None},
                {"mediaIds": [new_id()]},
                {"mediaIds": [new_id()] * 6},
                {"status": "hidden"},
                {"expectedVersion": 0},
            ],
        ),
        (
            shop,
            "PUT",
            f"{path}/reply",
            [
                {},
                {"text": ""},
                {"text": " "},
                {"text": "x" * 2001},
                {"text": ["x"]},
                {"text": "x", "expectedVersion": "x"},
            ],
        ),
        (
            world.person(),
            "POST",
            f"{path}/report",
            [
                {},
                {"reason": "boring"},
                {"reason": "spam", "note": "x" * 1001},
                {"reason": "spam", "note": ""},
            ],
        ),
        (admin, "PATCH", f"{staff_path}/hide", [{}, {"reason": ""}, {"reason": "x" * 501}]),
        (admin, "PATCH", f"{staff_path}/show", [{}, {"reason": None}]),
    ]
    for person, method, where, bodies in table:
        for body in bodies:
            refused(person.call(method, where, body))
    day = "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"
    long = "from=2024-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"
    for query in (
        "",
        "from=2026-01-01T00:00:00Z",
        "from=x&to=y",
        long,
        "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
    ):
        refused(shop.get(f"/api/reviews/stats?{query}"))
        refused(admin.get(f"/api/admin/satisfaction?{query}"))
    refused(shop.get(f"/api/reviews/stats?{day}&groupBy=hour"))
    refused(admin.get(f"/api/admin/satisfaction?{day}&sort=name"))
    refused(admin.get(f"/api/admin/satisfaction?{day}&cursor=forged"))
    for query in ("", "partnerId=x", f"partnerId={new_id()}&productId={new_id()}", f"partnerId={shop.id}&rating=0",
                  f"partnerId={shop.id}&rating=", f"partnerId={shop.id}&withText=maybe"):  # fmt: skip
        refused(world.call("GET", f"/api/reviews?{query}"))
    assert author.get(path).json()["data"]["review"] == before


def test_lists_refuse_what_they_cannot_sort_or_page(world: World, shop: Person, pool: Pool) -> None:
    admin, paged = world.staff(), [
        (pool.customer, "/api/following?"), (shop, "/api/followers?"), (shop, "/api/coupons?"),
        (shop, f"/api/reviews?partnerId={shop.id}&"), (shop, "/api/reviews/mine?"), (shop, "/api/reviews/received?"),
        (shop, f"/api/products?partnerId={shop.id}&"), (shop, "/api/partners?"), (shop, "/api/feed?"),
        (shop, f"/api/partners/{shop.id}/posts?"),
    ]  # fmt: skip
    paged += [(admin, "/api/admin/partners?"), (admin, "/api/admin/reviews?")]
    for person, path in paged:
        for query in LISTS:
            refused(person.get(path + query))
    for path in ("x", "%00", new_id()[:-1], "..%2f", "1" * 400):
        refused(pool.customer.put(f"/api/partners/{path}/follow"), 404)
        refused(pool.customer.get(f"/api/partners/{path}/posts"), 404)
        refused(pool.customer.get(f"/api/partners/{path}/menu"), 404)
        refused(pool.customer.get(f"/api/products/{path}"), 404)
        refused(pool.customer.get(f"/api/partners/{path}"), 404)
