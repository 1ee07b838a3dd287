"""The TypeScript client against the real server, over each of its four transports."""

from __future__ import annotations

import pytest

from tests.clients.node import Failed

pytestmark = pytest.mark.clients
TRANSPORTS = ("socketio", "ws", "sse", "poll")


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_an_order_reaches_the_store_over(transport, world, clients):
    customer, tailor = world.person(), world.person("tailor")
    screen = clients.client(world.url, transports=[transport]).live(tailor)
    order = customer.order(partnerId=tailor.id)
    screen.until(lambda it: it.events("order_update") and it.events("new_notification"))
    accepted = screen.call("orders.act", order["id"], "accept", {"estimatedTime": 20})
    screen.until(lambda it: len(it.events("order_update")) == 2)
    assert accepted["status"] == "accepted"
    assert screen.call("orders.get", order["id"])["version"] == accepted["version"]
    assert screen.call("notifications.store.getState")["unread"] >= 1


@pytest.mark.parametrize(
    ("first", "second"), list(zip(TRANSPORTS, TRANSPORTS[1:] + TRANSPORTS[:1], strict=True))
)
def test_a_cursor_of_one_transport_resumes_on_the_next(first, second, world, clients):
    customer, tailor = world.person(), world.person("tailor")
    screen = clients.client(world.url, transports=[first]).live(tailor)
    customer.order(partnerId=tailor.id)
    screen.until(lambda it: it.events("order_update"))
    session = screen.call("storage.get", f"metaia:{world.url}:session")
    screen.call("connection.stop")
    stored = screen.call("storage.get", f"metaia:{world.url}:{tailor.id}:place")
    missed = [customer.order(partnerId=tailor.id)["id"] for _ in range(3)]
    later = clients.client(
        world.url,
        transports=[second],
        stored={f"metaia:{world.url}:session": session, f"metaia:{world.url}:{tailor.id}:place": stored},
    )
    later.call("connection.start")
    later.until(lambda it: it.state == "live")
    later.until(lambda it: [event["orderId"] for event in it.events("order_update")] == missed)


def test_a_conflict_shows_the_current_order(world, clients):
    customer, tailor = world.person(), world.person("tailor")
    screen = clients.client(world.url).live(tailor)
    order = customer.order(partnerId=tailor.id)
    screen.until(lambda it: it.events("order_update"))
    customer.act(order, "cancel")
    screen.until(lambda it: len(it.events("order_update")) == 2)
    with pytest.raises(Failed, match="illegal_transition"):
        screen.call("orders.act", order["id"], "accept", {})
    assert screen.call("orders.get", order["id"])["status"] == "cancelled"
    assert screen.call("orders.store.getState")["pending"] == {}


def test_a_logout_elsewhere_signs_the_client_out(world, clients):
    tailor = world.person("tailor")
    screen = clients.client(world.url).live(tailor)
    tailor.post("/api/auth/logout-all")
    screen.until(lambda it: it.state == "signed_out")


def test_a_wrong_password_is_an_error_with_a_code(world, clients):
    screen = clients.client(world.url)
    with pytest.raises(Failed, match="wrong_credentials"):
        screen.call("auth.login", {"email": "none@test.example", "password": "x"})


def test_an_order_leaves_the_store_of_a_replaced_courier(world, clients):
    customer, tailor, first, second = (
        world.person(role) for role in ("customer", "tailor", "delivery", "delivery")
    )
    screen = clients.client(world.url).live(first)
    order = tailor.act(customer.order(partnerId=tailor.id), "accept")
    tailor.act(order, "ready")
    tailor.act(order, "assign", deliveryPartnerId=first.id)
    screen.until(lambda it: it.call("orders.get", order["id"]))
    tailor.act(order, "assign", deliveryPartnerId=second.id)
    screen.until(lambda it: not it.call("orders.get", order["id"]))
