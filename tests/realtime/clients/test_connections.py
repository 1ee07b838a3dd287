"""The life of a connection: until its session ends, or by a setting its token, or until its user loses access."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from metaia.auth.sessions.models import Session
from metaia.core import db
from metaia.core.access import actor as actors
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.realtime.clients import connections, token_ends
from tests.js.node import stock_client
from tests.support.people import Person, Socket, World
from tests.support.waiting import send_numbered, until


def shorten(person: Person, seconds: float) -> None:
    """Let the tokens of a person's open connections expire soon."""
    for connection in connections.open_connections.values():
        if connection.actor.id == person.id:
            connection.actor = replace(connection.actor, expires=time.time() + seconds)


def connections_of(person: Person) -> list[connections.Connection]:
    return [one for one in connections.open_connections.values() if one.actor.id == person.id]


@pytest.fixture
def strict(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connections end with their token."""
    monkeypatch.setitem(app.config, "SOCKETS_END_WITH_TOKEN", True)


def open_(socket: Socket) -> bool:
    return socket.client.connected


def test_a_connection_outlives_its_token(world: World) -> None:
    person = world.person()
    screen, pages = person.socket(), person.socket(transports=["polling"])
    shorten(person, 0)
    until(
        lambda: all(one.actor.expires > time.time() + 60 for one in connections_of(person)), "it is prolonged"
    )
    send_numbered(person, 1)
    screen.wait("new_notification")
    pages.wait("new_notification")
    assert screen.ask("leave_order_room", new_id())["ok"] is True


@pytest.mark.usefixtures("strict")
def test_a_connection_ends_with_its_token_by_the_setting(world: World) -> None:
    person, other = world.person(), world.person()
    ending, staying = person.socket(), other.socket()
    shorten(person, 0)
    until(lambda: not open_(ending))
    assert open_(staying)


@pytest.mark.usefixtures("strict")
def test_javascript_reconnects_after_the_end_of_a_token(world: World) -> None:
    person = world.person()
    with stock_client(world.url, person.token) as script:
        script.wait("sync")
        shorten(person, 0)
        assert script.wait("disconnect") == ["transport close"]
        assert [event["recovered"] for event in script.wait("connect", 2)] == [False, True]
        person.post("/api/auth/logout")
        assert script.wait("disconnect", 2)[1] == "io server disconnect"


def test_an_impersonation_ends_with_its_token(world: World) -> None:
    person = world.person()
    screen = person.socket()
    for connection in connections_of(person):
        connection.actor = replace(connection.actor, impersonator=new_id(), expires=time.time())
    until(lambda: not open_(screen))


@pytest.mark.parametrize(
    "change",
    [
        {"ended_at": now()},
        {"used_at": now() - timedelta(days=31)},
        {"created_at": now() - timedelta(days=366)},
    ],
    ids=["ended", "unused", "too old"],
)
def test_the_session_is_looked_up_when_the_token_ends(world: World, change: dict[str, Any]) -> None:
    """The event of a session's end may be lost: with a restored log, for example."""
    person = world.person()
    screen = person.socket()
    with db.transaction():
        db.execute(update(Session).where(Session.user_id == person.id).values(**change))
    assert open_(screen)
    shorten(person, 0)
    until(lambda: not open_(screen))


def test_another_role_in_the_database_ends_it(world: World) -> None:
    person = world.person()
    screen = person.socket()
    for connection in connections_of(person):
        connection.actor = replace(connection.actor, role="vendor", expires=time.time())
    until(lambda: not open_(screen))


def test_without_postgres_connections_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person()
    screen = person.socket()
    asked: list[Any] = []

    def down(found: Any) -> Any:
        asked.append(found)
        raise OperationalError("select", {}, Exception("down"))

    monkeypatch.setattr(actors, "with_open_session", down)
    shorten(person, 0)
    until(lambda: len(asked) > 1, "it asks again")
    assert open_(screen)
    monkeypatch.undo()
    until(
        lambda: all(one.actor.expires > time.time() + 60 for one in connections_of(person)), "it is prolonged"
    )


def test_an_older_token_does_not_shorten_a_connection(world: World) -> None:
    person = world.person()
    screen = person.socket()
    shorten(person, 5000)
    answer = screen.ask("auth:refresh", {"token": person.token})
    assert answer["data"]["expiresIn"] > 4000


@pytest.mark.usefixtures("strict")
def test_a_new_token_of_the_same_user_lets_it_live_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person()
    screen = person.socket()
    shorten(person, 60)
    answer = screen.ask("auth:refresh", {"token": person.token})
    assert answer["ok"] is True
    assert 0 < answer["data"]["expiresIn"] <= 15 * 60
    monkeypatch.setattr(token_ends, "time", SimpleNamespace(time=lambda: time.time() + 90))
    token_ends.handle_ended()
    assert screen.ask("leave_order_room", new_id())["ok"] is True


def test_a_token_of_another_user_or_none_renews_nothing(world: World) -> None:
    screen = world.person().socket()
    codes = {
        screen.ask("auth:refresh", {"token": world.person().token})["error"]["code"],
        screen.ask("auth:refresh", {"token": "garbage"})["error"]["code"],
        screen.ask("auth:refresh", {})["error"]["code"],
    }
    assert codes == {"forbidden", "token_invalid", "invalid"}


def test_all_devices_of_a_user_receive_the_same(world: World) -> None:
    person = world.person()
    devices = [person.socket() for _ in range(3)]
    order = person.order()
    for device in devices:
        assert device.wait("order_update")[0]["orderId"] == order["id"]


def test_a_former_courier_of_an_order_is_evicted_from_its_room(world: World) -> None:
    customer, tailor = world.person(), world.person("tailor")
    old, new = world.person("delivery"), world.person("delivery")
    order = tailor.act(customer.order(partnerId=tailor.id), "assign", deliveryPartnerId=old.id)
    screen = old.socket()
    assert screen.ask("join_order_room", order["id"])["ok"] is True
    tailor.act(order, "assign", deliveryPartnerId=new.id)
    screen.wait("order_update", where=lambda e: e["order"]["deliveryPartnerId"] == new.id)
    customer_screen = customer.socket()
    tailor.act(order, "accept")
    customer_screen.wait("order_update", where=lambda e: e["status"] == "accepted")
    assert [e["status"] for e in screen.of("order_update") if e["status"] == "accepted"] == []
    assert screen.ask("join_order_room", order["id"])["error"]["code"] == "forbidden"


def test_more_devices_do_not_raise_a_users_limit_without_bound(world: World) -> None:
    person, other = world.person(), world.person()
    screens = [person.socket() for _ in range(6)]
    refused = 0
    for screen in screens:
        codes = [
            screen.ask("nothing", number)["error"]["code"] for number in range(35)
        ]  # below the limit of one connection
        refused += codes.count("rate_limited")
    assert refused > 0
    assert other.socket().ask("nothing", 1)["error"]["code"] == "unknown_event"
