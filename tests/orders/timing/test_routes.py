"""Timing's addresses answer in its own shape, with its own five statuses."""

import uuid

import pytest

ITEMS = [{"menuName": "Thali", "quantity": 2, "price": 120.5}]
INFO = {"name": "Asha Rao", "phone": "+919876543210", "address": "7 Mill Road"}


@pytest.fixture
def order(cast):
    return cast.customer.order(items=ITEMS, customerInfo=INFO, notes="No onions")


def in_full(order, **changes):
    return {
        "id": order["id"], "order_number": order["orderNumber"], "partner_id": None,
        "status": "pending", "order_status": "pending",
        "customer_info": INFO, "items": [{"id": "1", "menu_name": "Thali", "quantity": 2, "price": 120.5}],
        "total": 241, "currency": "INR", "notes": "No onions", "version": 1,
        "created_at": order["createdAt"], "updated_at": order["updatedAt"],
    } | changes  # fmt: skip


def test_anyone_who_has_the_id_sees_where_an_order_stands_and_little_more(world, order):
    answer = world.call("GET", f"/api/orders/{order['id']}/status")
    assert answer.status_code == 200
    assert answer.json()["data"] == {
        "id": order["id"],
        "status": "pending",
        "order_status": "pending",
        "items": [{"id": "1", "menu_name": "Thali", "quantity": 2, "price": 120.5}],
        "total": 241,
        "currency": "INR",
        "customer_info": {"name": "Asha"},
    }
    for secret in ("Rao", "9876", "Mill Road", "onions"):
        assert secret not in answer.text


def test_an_id_nobody_has_shows_nothing(world):
    assert world.call("GET", f"/api/orders/{uuid.uuid4()}/status").status_code == 404


@pytest.mark.parametrize("who", ["admin", "super_admin", "support"])
def test_staff_sees_all_orders_in_full(cast, order, who):
    answer = getattr(cast, who).get(f"/api/admin/orders?customerId={cast.customer.id}").json()
    assert answer["data"] == [in_full(order)]
    assert answer["meta"] == {"nextCursor": None}


def test_the_list_has_filters_and_pages(cast, order):
    other = cast.customer.order()
    path = f"/api/admin/orders?customer_id={cast.customer.id}"
    assert [o["id"] for o in cast.admin.get(f"{path}&q=thali").json()["data"]] == [order["id"]]
    first = cast.admin.get(f"{path}&limit=1&sort=createdAt").json()
    second = cast.admin.get(f"{path}&limit=1&sort=createdAt&cursor={first['meta']['nextCursor']}").json()
    assert [first["data"][0]["id"], second["data"][0]["id"]] == [order["id"], other["id"]]


def test_admins_bring_an_order_into_a_status(cast, order):
    answer = cast.admin.put(f"/api/admin/orders/{order['id']}/status", {"status": "preparing"})
    assert answer.status_code == 200
    now = cast.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    assert now["status"] == "preparing"
    assert answer.json()["data"] == in_full(
        order, status="preparing", order_status="preparing", version=2, updated_at=now["updatedAt"]
    )


def test_a_status_without_a_legal_way_is_refused(cast, order):
    cast.admin.act(order, "accept")
    cast.admin.act(order, "ready")
    answer = cast.admin.put(f"/api/admin/orders/{order['id']}/status", {"status": "pending"})
    assert answer.status_code == 409
    assert answer.json()["error"]["details"]["allowedActions"][:4] == [
        "dispatch",
        "complete",
        "assign",
        "cancel",
    ]


def test_a_stale_version_is_refused(cast, order):
    path = f"/api/admin/orders/{order['id']}/status"
    for body, headers in (({"expected_version": 9}, {}), ({}, {"If-Match": '"9"'})):
        answer = cast.admin.put(path, {"status": "accepted"} | body, headers=headers)
        assert answer.json()["error"]["code"] == "stale_version"


@pytest.mark.parametrize("who", ["customer", "tailor", "courier", "support"])
def test_others_change_nothing_there(cast, order, who):
    person = getattr(cast, who)
    assert person.put(f"/api/admin/orders/{order['id']}/status", {"status": "accepted"}).status_code == 403
    if who != "support":
        assert person.get("/api/admin/orders").status_code == 403


def test_without_a_login_there_is_only_the_tracking_page(world, order):
    assert world.call("GET", "/api/admin/orders").status_code == 401
    assert world.call("GET", f"/api/orders/{order['id']}").status_code == 401
    path = f"/api/admin/orders/{order['id']}/status"
    assert world.call("PUT", path, json={"status": "accepted"}).status_code == 401
