"""Joining and leaving the room of one order."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from metaia.core.ids import new_id
from tests.support.people import Socket, World
from tests.support.waiting import send_numbered


def code_of(answer: dict[str, Any]) -> str:
    assert answer.keys() == {"ok", "error"}
    assert answer["ok"] is False
    assert answer["error"].keys() == {"code", "message", "details"}
    return str(answer["error"]["code"])


@pytest.fixture
def socket(world: World) -> Socket:
    return world.person().socket()


@pytest.mark.parametrize("shape", [lambda i: i, lambda i: {"orderId": i}, lambda i: {"order_id": i}])
def test_who_takes_part_in_an_order_may_join_its_room(world: World, shape: Any) -> None:
    customer, tailor = world.person(), world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    for person in (customer, tailor):
        answer = person.socket().ask("join_order_room", shape(order["id"]))
        assert answer == {"ok": True, "data": {"orderId": order["id"], "room": f"order-{order['id']}"}}


def test_staff_may_join_the_room_of_any_order(world: World) -> None:
    order = world.person().order()
    for role in ("support", "admin", "super_admin"):
        assert world.staff(role).socket().ask("join_order_room", order["id"])["ok"]


@pytest.mark.parametrize("role", ["customer", "tailor", "vendor", "delivery"])
def test_strangers_may_not_join_the_room_of_an_order(world: World, role: str) -> None:
    order = world.person().order()
    assert code_of(world.person(role).socket().ask("join_order_room", order["id"])) == "forbidden"


def test_the_room_of_an_order_that_does_not_exist_is_not_found(socket: Socket) -> None:
    assert code_of(socket.ask("join_order_room", new_id())) == "not_found"


DEEP: Any = "x"
for _ in range(200):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "given",
    [
        "no id",
        "",
        "x" * 10_000,
        17,
        1e308,
        True,
        ["a", "list"],
        {},
        {"orderId": None},
        {"orderId": {"orderId": new_id()}},
        {"orderId": new_id(), "order_id": new_id()},
        {"orderId": new_id(), "more": 1},
        {"orderId": "\x00" * 36},
        DEEP,
        pytest.param(f"order-{uuid.uuid4()}", id="the name of a room"),
    ],
)
def test_what_is_not_an_order_id_is_invalid_and_the_connection_stays(socket: Socket, given: Any) -> None:
    answer = socket.ask("join_order_room", given)
    assert code_of(answer) == "invalid"
    assert answer["error"]["details"]
    assert code_of(socket.ask("join_order_room", new_id())) == "not_found"


def test_one_argument_is_expected_no_more_and_no_less(socket: Socket) -> None:
    assert code_of(socket.ask("join_order_room")) == "invalid"
    assert code_of(socket.ask("join_order_room", new_id(), new_id())) == "invalid"


def test_an_event_nobody_knows_is_answered(socket: Socket) -> None:
    assert code_of(socket.ask("make_me_an_admin", {"role": "admin"})) == "unknown_event"


def numbered(event: dict[str, Any]) -> bool:
    return "number" in event["data"]  # not the order's own


def test_after_leaving_one_hears_no_more_of_what_was_for_the_room_only(world: World) -> None:
    customer = world.person()
    order, socket = customer.order(), customer.socket()
    room = f"order-{order['id']}"
    socket.ask("join_order_room", order["id"])
    send_numbered(room, 1)
    socket.wait("new_notification", where=numbered)
    assert socket.ask("leave_order_room", {"orderId": order["id"]})["data"]["room"] == room
    send_numbered(room, 2)
    send_numbered(customer, 3)
    assert [e["data"]["number"] for e in socket.wait("new_notification", 2, where=numbered)] == [1, 3]


def test_leaving_a_room_one_is_not_in_is_no_error(socket: Socket) -> None:
    assert socket.ask("leave_order_room", new_id())["ok"]


def test_a_courier_that_an_order_was_taken_from_hears_no_more_of_it(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    first, second = world.person("delivery"), world.person("delivery")
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "accept")
    tailor.act(order, "assign", deliveryPartnerId=first.id)
    screen = first.socket()
    assert screen.ask("join_order_room", order["id"])["ok"]
    send_numbered(first, 1)
    screen.wait("new_notification", where=lambda data: data["data"].get("number") == 1)
    screen.heard.clear()  # what was still on its way when the screen came
    tailor.act(order, "assign", deliveryPartnerId=second.id)
    tailor.act(order, "ready")
    send_numbered(first, 2)
    screen.wait("new_notification", where=lambda data: data["data"].get("number") == 2)
    updates = screen.of("order_update")
    assert [update["order"]["deliveryPartnerId"] for update in updates] == [second.id]
    assert updates[0]["order"]["allowedActions"] == []
