"""Rooms that a client has asked for are there again when it is recovered, unless its access has ended."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import pytest
from flask import Flask
from gevent.event import Event as Signal

from metaia.core import db
from metaia.core.errors import Unavailable
from metaia.core.json import Json
from metaia.extensions import socketio
from metaia.presence import service as presence_service
from metaia.presence.publish import EVERY_PARTNER
from metaia.realtime import memberships, runtime
from metaia.realtime.clients import connections
from metaia.realtime.clients import socketio as clients
from metaia.realtime.gateways import replay, requested_rooms
from metaia.realtime.transport.pings import Clock
from tests.js.node import stock_client
from tests.support.people import Person, World
from tests.support.stock_client import Connect, Stock
from tests.support.waiting import caught_up, numbers, send_numbered, until


@pytest.fixture(autouse=True)
def fast_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the server a clock that pings soon after something was sent."""
    monkeypatch.setattr(socketio.server.eio, "clock", Clock(25, 20, 0.05, 0.05), raising=False)


@pytest.fixture
def courier(world: World) -> Person:
    return world.person("delivery")


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor")


@pytest.fixture
def order(world: World, courier: Person, tailor: Person) -> Json:
    """Give an order that the courier takes part in."""
    made = world.person().order(partnerId=tailor.id)
    tailor.act(made, "accept")
    return tailor.act(made, "assign", deliveryPartnerId=courier.id)


def joined(client: Stock, name: str, argument: object) -> Stock:
    """Let a client that has connected send an event about a room, and read its acknowledgement."""
    client.sync()
    ask(client, name, argument)
    return client


def ask(client: Stock, name: str, argument: object) -> None:
    client.send_text("421" + json.dumps([name, argument]))
    assert json.loads(client.until("431")[3:])[0]["ok"]


def is_numbered(event: Json) -> bool:
    return "number" in event["data"]


def rooms_of(client: Stock) -> set[str]:
    return set(socketio.server.rooms(client.answer["sid"]))


def test_a_recovered_client_is_in_the_rooms_it_asked_for(
    app: Flask, open_client: Connect, courier: Person, order: Json
) -> None:
    first = joined(open_client(courier), "join_order_room", order["id"])
    room = f"order-{order['id']}"
    assert room in rooms_of(first)
    first.wire.close()
    send_numbered(room, 1)
    runtime.of(app).recovery.flush()  # for another process
    again = open_client(courier, pid=first.pid)
    assert again.recovered
    again.sync()
    assert again.receive(1) == [1]
    assert room in rooms_of(again)
    send_numbered(room, 2)
    assert again.receive(2) == [1, 2]
    third = open_client(courier, **again.next_auth())
    third.sync()
    assert room in rooms_of(third)


def test_a_room_whose_access_has_ended_is_not_entered(
    world: World, open_client: Connect, courier: Person, tailor: Person, order: Json
) -> None:
    first = joined(open_client(courier), "join_order_room", {"orderId": order["id"]})
    first.wire.close()
    tailor.act(order, "assign", deliveryPartnerId=world.person("delivery").id)
    send_numbered(f"order-{order['id']}", 1)
    again = open_client(courier, pid=first.pid)
    assert again.recovered
    again.sync()
    assert f"order-{order['id']}" not in rooms_of(again)
    assert again.numbers() == []


def test_access_that_ends_while_a_client_returns_counts(
    open_client: Connect, courier: Person, order: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, catch_up = f"order-{order['id']}", replay._catch_up

    def end_access_and_catch_up(*arguments: Any) -> None:
        requested_rooms.evict_unless(room, lambda _: False)
        catch_up(*arguments)

    first = joined(open_client(courier), "join_order_room", order["id"])
    monkeypatch.setattr(replay, "_catch_up", end_access_and_catch_up)
    again = open_client(courier, **first.next_auth())
    again.sync()
    assert again.recovered
    assert room not in rooms_of(again)


@pytest.mark.parametrize("ended", ["left", "expelled"])
@pytest.mark.parametrize("remembered", [2_000, 1], ids=["from memory", "from the log"])
def test_access_that_had_ended_in_between_hides_what_was_said_then(
    app: Flask,
    open_client: Connect,
    courier: Person,
    order: Json,
    monkeypatch: pytest.MonkeyPatch,
    remembered: int,
    ended: str,
) -> None:
    feed, room = runtime.of(app).feed, f"order-{order['id']}"
    monkeypatch.setattr(feed, "recent", deque(feed.recent, maxlen=remembered))
    first = joined(open_client(courier), "join_order_room", order["id"])
    first.wire.close()
    until(lambda: first.answer["sid"] not in connections.open_connections, "it is closed")
    send_numbered(room, 1)
    with db.transaction():
        memberships.changed(room, **{ended: [courier.id]})  # and it has access again
    send_numbered(room, 2)
    send_numbered(courier, 3)
    caught_up(feed)
    again = open_client(courier, pid=first.pid)
    assert again.recovered
    again.sync()
    assert again.numbers() == [1, 3]
    assert room in rooms_of(again)
    send_numbered(room, 4)
    assert again.receive(4) == [1, 3, 4]


@pytest.mark.parametrize("resumes", [True, False])
def test_a_room_that_is_joined_while_a_client_catches_up_has_no_earlier_events(
    app: Flask,
    open_client: Connect,
    courier: Person,
    order: Json,
    monkeypatch: pytest.MonkeyPatch,
    *,
    resumes: bool,
) -> None:
    """The message that joins the room waits until the client has what it missed."""
    room, catch_up, goes_on = f"order-{order['id']}", replay._catch_up, Signal()

    def wait_and_catch_up(*arguments: Any) -> None:
        goes_on.wait(30)
        catch_up(*arguments)

    cursor = {"cursor": open_client(courier).sync()["cursor"]} if resumes else {}
    monkeypatch.setattr(replay, "_catch_up", wait_and_catch_up)
    client = open_client(courier, **cursor)
    client.send_text(f'421["join_order_room","{order["id"]}"]')
    send_numbered(courier, 1)
    send_numbered(room, 2)
    caught_up(runtime.of(app).feed)
    goes_on.set()
    client.sync()
    assert json.loads(client.until("431")[3:])[0]["ok"]
    send_numbered(room, 3)
    assert client.receive(3) == ([1, 3] if resumes else [3])


def test_a_room_is_not_joined_before_a_client_has_what_it_missed(
    open_client: Connect, courier: Person, order: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = Signal()
    monkeypatch.setattr(replay, "_catch_up", lambda *_: goes_on.wait(60))
    monkeypatch.setattr(requested_rooms, "WAIT_SECONDS", 0.0)
    client = open_client(courier)
    client.send_text(f'421["join_order_room","{order["id"]}"]')
    answer = json.loads(client.until("431")[3:])[0]
    goes_on.set()
    assert answer["error"]["code"] == "unavailable"


def test_a_room_that_was_left_is_not_entered(open_client: Connect, courier: Person, order: Json) -> None:
    first = joined(open_client(courier), "join_order_room", order["id"])
    ask(first, "leave_order_room", order["id"])
    again = open_client(courier, **first.next_auth())
    again.sync()
    assert again.recovered
    assert f"order-{order['id']}" not in rooms_of(again)


def test_a_recovered_client_gets_the_status_of_its_partners(
    open_client: Connect, world: World, tailor: Person
) -> None:
    customer = world.person()
    first = joined(open_client(customer), "join_partner_room", tailor.id)
    again = open_client(customer, **first.next_auth())
    again.sync()
    assert again.event()[:2] == ["tailor_status_update", {"partnerId": tailor.id, "status": "offline"}]
    assert f"partner-{tailor.id}" in rooms_of(again)
    assert EVERY_PARTNER not in rooms_of(again)


def test_a_room_that_cannot_be_checked_is_kept_for_the_next_time(
    open_client: Connect, world: World, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: object, __: str) -> str:
        raise Unavailable("Redis is away.")

    customer = world.person()
    first = joined(open_client(customer), "join_partner_room", tailor.id)
    with monkeypatch.context() as patch:
        patch.setattr(presence_service.Presence, "of_partner", down)
        second = open_client(customer, **first.next_auth())
        second.sync()
        assert f"partner-{tailor.id}" not in rooms_of(second)
    third = open_client(customer, **second.next_auth())
    third.sync()
    assert f"partner-{tailor.id}" in rooms_of(third)


def test_a_client_with_too_many_rooms_misses_nothing_and_asks_again(
    open_client: Connect, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "MAX_KEPT", 1)
    customer = world.person()
    orders = [customer.order(), customer.order()]
    first = joined(open_client(customer), "join_order_room", orders[0]["id"])
    ask(first, "join_order_room", orders[1]["id"])
    first.wire.close()
    send_numbered(customer, 1)
    again = open_client(customer, pid=first.pid)
    assert not again.recovered
    assert again.sync()["resync"] is False
    assert again.receive(1) == [1]  # before the complete sync, or live after it


def test_javascript_is_recovered_with_its_rooms(world: World) -> None:
    customer = world.person()
    room = f"order-{(order := customer.order())['id']}"
    with stock_client(world.url, customer.token) as script:
        script.wait("sync")
        assert script.ask("join_order_room", order["id"])["ok"]
        script.send("cut")
        script.wait("disconnect")
        send_numbered(room, 1)
        assert [event["recovered"] for event in script.wait("connect", 2)] == [False, True]
        until(lambda: 1 in {event["data"].get("number") for event in script.of("new_notification")})
        script.wait("sync", 2)
        send_numbered(room, 2)
        until(lambda: 2 in {event["data"].get("number") for event in script.of("new_notification")})


def test_python_has_no_pid_and_asks_again(world: World) -> None:
    """Python's client keeps no `pid`: it sends its cursor, and joins its rooms again after `sync`."""
    customer = world.person()
    room = f"order-{(order := customer.order())['id']}"
    first, witness = customer.socket(), customer.socket()
    assert first.ask("join_order_room", order["id"])["ok"]
    assert witness.ask("join_order_room", order["id"])["ok"]
    cursor = first.of("sync")[-1]["cursor"]
    first.close()
    again = customer.socket(cursor)
    send_numbered(room, 1)
    witness.wait("new_notification", where=is_numbered)  # it has been sent to all who are in the room
    assert again.ask("join_order_room", order["id"])["ok"]
    send_numbered(room, 2)
    again.wait("new_notification", where=is_numbered)
    assert numbers(again) == [2]
