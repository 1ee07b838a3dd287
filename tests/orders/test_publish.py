"""Everyone concerned is told of each step, over HTTP; nobody else is."""

import pytest

from tests.orders.test_recipients import EXPECTED

WHO = {"customer": "customer", "partner": "tailor", "courier": "courier"}
# (status before, action, who does it)
STEPS = [
    ("pending", "accept", "tailor"), ("pending", "reject", "admin"), ("pending", "prepare", "tailor"),
    ("preparing", "ready", "tailor"), ("ready", "dispatch", "courier"), ("ready", "dispatch", "tailor"),
    ("out_for_delivery", "deliver", "courier"), ("delivered", "complete", "customer"),
    ("delivered", "complete", "admin"),
    ("pending", "cancel", "customer"), ("accepted", "cancel", "tailor"), ("accepted", "cancel", "super_admin"),
]  # fmt: skip


def told(person, order):
    """Return the types of what somebody was told about an order, newest first."""
    answer = person.get("/api/notifications?limit=100").json()
    return [n["type"] for n in answer["data"]["notifications"] if n["data"].get("orderId") == order["id"]]


@pytest.fixture
def cast(cast):
    cast.everyone()  # who comes later is told nothing
    return cast


@pytest.mark.parametrize(("status", "action", "doer"), STEPS)
def test_a_step_is_told_to_those_it_concerns(cast, status, action, doer):
    order = cast.order_in(status)
    before = {name: told(person, order) for name, person in cast.everyone().items()}
    getattr(cast, doer).act(order, action, **({"reason": "closed"} if action == "reject" else {}))
    expected = {WHO[party]: kind for party, kind in EXPECTED[action].items() if WHO[party] != doer}
    for name, person in cast.everyone().items():
        new = told(person, order)[: -len(before[name]) or None]
        assert new == ([expected[name]] if name in expected else []), name


def test_a_new_order_is_told_to_its_customer_and_its_partner(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    assert told(cast.customer, order) == ["order_placed"]
    assert told(cast.tailor, order) == ["order_new"]
    assert all(
        told(p, order) == [] for name, p in cast.everyone().items() if name not in {"customer", "tailor"}
    )


def test_a_new_order_of_the_house_is_told_to_all_admins(cast):
    order = cast.customer.order()
    expected = {"customer": ["order_placed"], "admin": ["order_new"], "super_admin": ["order_new"]}
    for name, person in cast.everyone().items():
        assert told(person, order) == expected.get(name, []), name


def test_couriers_learn_what_they_get_and_what_they_lose(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    assert told(cast.courier, order) == ["order_assigned"]
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.foreign_courier.id)
    assert told(cast.courier, order) == ["order_unassigned", "order_assigned"]
    assert told(cast.foreign_courier, order) == ["order_assigned"]
    assert told(cast.customer, order) == ["order_courier", "order_courier", "order_placed"]


def test_a_change_that_does_not_happen_is_told_to_nobody(cast):
    order = cast.order_in("rejected")
    before = {name: told(person, order) for name, person in cast.everyone().items()}
    assert cast.tailor.patch(f"/api/orders/{order['id']}/accept").status_code == 409
    assert {name: told(person, order) for name, person in cast.everyone().items()} == before


def test_what_one_is_told_has_the_order_and_what_was_said(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    cast.tailor.act(order, "accept", message="With pleasure")
    note = cast.customer.get("/api/notifications").json()["data"]["notifications"][0]
    assert note["title"] == "Order accepted"
    assert note["message"] == f"Your order {order['orderNumber']} was accepted."
    assert note["data"] == {
        "orderId": order["id"],
        "orderNumber": order["orderNumber"],
        "status": "accepted",
        "note": "With pleasure",
    }
    assert note["actions"] == [{"action": "open_order", "label": "Open the order"}]
    assert note["category"] == "order"


def test_buttons_are_in_the_readers_language(cast):
    assert cast.customer.patch("/api/auth/me", {"locale": "hi-IN"}).ok
    cast.customer.order(partnerId=cast.tailor.id)
    note = cast.customer.get("/api/notifications").json()["data"]["notifications"][0]
    assert note["actions"] == [{"action": "open_order", "label": "ऑर्डर खोलें"}]


def test_the_order_of_a_notification_has_the_name_in_seed_001(cast):
    screen = cast.customer.socket()
    order = cast.customer.order(partnerId=cast.tailor.id)
    (live,) = screen.wait("new_notification")
    listed = cast.customer.get("/api/notifications").json()["data"]["notifications"][0]
    read = cast.customer.put(f"/api/notifications/{listed['id']}/read").json()["data"]["notification"]
    for notification in (live, listed, read):
        assert notification["relatedOrder"] == notification["data"]["orderId"] == order["id"]
