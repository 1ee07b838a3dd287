"""The last event for a former courier of an order has no personal data, on each transport."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import update

from metaia.core import db
from metaia.orders.models import OrderRow
from tests.support.people import Person, World
from tests.support.plain_clients import Json, connect, stream, ticket

__all__ = ["connect"]
INFO = {"name": "Asha Rao", "phone": "+919876543210", "address": "12 Hill Road, Mumbai"}
NOTE, MESSAGE = "Ring twice, Asha sleeps", "Call Asha before 9"
ITEM = {"name": "Suit", "quantity": 1, "price": 1, "notes": "Asha's initials"}
NOTHING = {"name": None, "phone": None, "phoneE164": None, "address": None}


@pytest.fixture
def taken(world: World) -> tuple[Person, Person, str]:
    """Give a courier, the courier that got the order instead, and a cursor before that change."""
    customer, tailor = world.person(), world.person("tailor")
    first, second = world.person("delivery"), world.person("delivery")
    order = customer.order(partnerId=tailor.id, customerInfo=INFO, notes=NOTE, items=[ITEM])
    tailor.act(order, "accept", message=MESSAGE)
    screen = first.socket()
    tailor.act(order, "assign", deliveryPartnerId=first.id)
    cursor = screen.wait("new_notification")[-1]["cursor"]
    tailor.act(order, "assign", deliveryPartnerId=second.id, message=MESSAGE)
    return first, second, cursor


def over_sync(person: Person, cursor: str, _: Any) -> list[Json]:
    return [
        event["data"]
        for event in person.get(f"/api/sync?cursor={cursor}").json()["data"]["events"]
        if event["type"] == "order_update"
    ]


def over_socketio(person: Person, cursor: str, _: Any) -> list[Json]:
    socket = person.socket(cursor)
    socket.wait("sync", where=lambda data: data["complete"])
    return socket.of("order_update")


def over_websocket(person: Person, cursor: str, connect: Any) -> list[Json]:
    plain, found = connect(f"/ws?ticket={ticket(person)}&cursor={cursor}"), []
    while (message := plain.next())["type"] != "sync":
        found.append(message)
    return [message["data"] for message in found if message["type"] == "order_update"]


def over_stream(person: Person, cursor: str, _: Any) -> list[Json]:
    found = []
    with stream(person, {"Last-Event-ID": cursor}) as events:
        for event in events:
            if event["event"] == "sync":
                break
            found.append(event)
    return [event["data"] for event in found if event["event"] == "order_update"]


@pytest.mark.parametrize("over", [over_sync, over_socketio, over_websocket, over_stream])
def test_a_former_courier_gets_no_personal_data(
    taken: tuple[Person, Person, str], over: Any, connect: Any
) -> None:
    first, second, cursor = taken
    (update,) = over(first, cursor, connect)
    assert update["order"]["deliveryPartnerId"] == second.id
    assert update["order"]["customerInfo"] == NOTHING
    assert update["order"]["notes"] is update["order"]["message"] is update["message"] is None
    assert update["order"]["allowedActions"] == []
    assert "Asha" not in json.dumps(update)
    (update,) = over(second, cursor, connect)
    assert update["order"]["customerInfo"] == INFO | {"phoneE164": INFO["phone"]}
    assert (update["order"]["notes"], update["message"]) == (NOTE, MESSAGE)


def test_a_live_event_shows_a_former_courier_no_personal_data(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    first, second = world.person("delivery"), world.person("delivery")
    order = customer.order(partnerId=tailor.id, customerInfo=INFO, notes=NOTE)
    tailor.act(order, "assign", deliveryPartnerId=first.id)
    screen, screen_of_second = first.socket(), second.socket()
    assert screen.ask("join_order_room", order["id"])["ok"]
    tailor.act(order, "assign", deliveryPartnerId=second.id)

    def is_last(update: Json) -> bool:
        return bool(update["order"]["deliveryPartnerId"] == second.id)

    (update,) = screen.wait("order_update", where=is_last)
    assert update["order"]["customerInfo"] == NOTHING
    (update,) = screen_of_second.wait("order_update", where=is_last)
    assert update["order"]["customerInfo"] == INFO | {"phoneE164": INFO["phone"]}


def test_a_withdrawn_delivery_is_notified_without_the_note(taken: tuple[Person, Person, str]) -> None:
    first, second, _ = taken
    for person, note in ((first, None), (second, MESSAGE)):
        newest = person.get("/api/notifications").json()["data"]["notifications"][0]
        assert newest["data"]["note"] == note


def test_a_process_of_an_earlier_release_ends_the_courier_s_view_too(world: World) -> None:
    customer, tailor, courier = world.person(), world.person("tailor"), world.person("delivery")
    order = customer.order(partnerId=tailor.id, customerInfo=INFO)
    tailor.act(order, "assign", deliveryPartnerId=courier.id)
    with db.transaction():  # it knows no `contact_until`
        mine = update(OrderRow).where(OrderRow.id == order["id"])
        db.execute(mine.values(status="cancelled"))
    shown = courier.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    assert shown["delivery"]["contactUntil"] is not None
