"""Limits on a user's connections and messages, for every kind of connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import pytest
import requests
import websocket
from flask import Flask

from metaia.core import metrics
from metaia.realtime.clients import connections, limits
from tests.support.people import WAIT, Person, World
from tests.support.plain_clients import Plain, refusal, stream, ticket
from tests.support.waiting import refused, until

TOO_MANY = (429, "too_many_connections")


@pytest.fixture
def two_at_most(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    monkeypatch.setattr(limits, "MAX_CONNECTIONS", 2)


def here(person: Person) -> int:
    return sum(connection.actor.id == person.id for connection in connections.open_connections.values())


def refusals(world: World, person: Person, connect: Any) -> None:
    """Try every kind of connection; fail unless each is refused for too many connections."""
    error = refused(world.url, auth={"token": person.token})
    assert error["code"] == "too_many_connections"
    assert refusal(world, f"/ws?ticket={ticket(person)}") == TOO_MANY
    answer = requests.get(f"{world.url}/api/events?ticket={ticket(person)}", timeout=WAIT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_connections")
    assert answer.headers["Retry-After"] == "10"


def of_socketio(person: Person, connect: Any) -> Callable[[], None]:
    del connect
    socket = person.socket()
    return socket.close


def of_websocket(person: Person, connect: Any) -> Callable[[], None]:
    plain: Plain = connect(f"/ws?ticket={ticket(person)}")
    assert plain.next()["type"] == "sync"
    return plain.socket.close


def of_stream(person: Person, connect: Any) -> Callable[[], None]:
    del connect
    events = stream(person, {})
    until(lambda: here(person), "it is there")

    def close() -> None:
        events.answer.close()
        for connection in list(connections.open_connections.values()):
            connection.keep_alive()  # a write shows that the client has disconnected

    return close


@pytest.mark.usefixtures("two_at_most")
@pytest.mark.parametrize("way", [of_socketio, of_websocket, of_stream])
def test_a_user_has_so_many_connections_and_no_more(
    world: World, connect: Any, way: Callable[[Person, Any], Callable[[], None]]
) -> None:
    person, other = world.person(), world.person()
    close, _keep = way(person, connect), way(person, connect)
    refusals(world, person, connect)
    assert here(person) == 2
    way(other, connect)

    def one_has_disconnected() -> bool:
        close()
        return here(person) == 1

    until(one_has_disconnected)
    _again = way(person, connect)
    refusals(world, person, connect)


@pytest.mark.usefixtures("two_at_most")
def test_what_is_refused_does_not_count(world: World, connect: Any) -> None:
    person = world.person()
    for _ in range(3):
        refused(world.url, auth={"token": "forged"})
        refusal(world, "/ws?ticket=forged")
        refusal(world, f"/ws?ticket={ticket(person)}&limit=1")
    for _ in range(2):
        of_websocket(person, connect)
    refusals(world, person, connect)


def test_a_websocket_client_that_sends_too_much_is_disconnected(world: World, connect: Any) -> None:
    person = world.person()
    plain = connect(f"/ws?ticket={ticket(person)}")
    assert plain.next()["type"] == "sync"
    before = metrics.ended["rate_limited"]
    for _ in range(int(limits.BURST)):
        plain.socket.send("hello")
    assert here(person) == 1
    for _ in range(int(limits.BURST)):
        plain.socket.send("hello")
    assert plain.close_code() == (1008, "rate_limited")
    until(lambda: not here(person))
    assert metrics.ended["rate_limited"] == before + 1


def test_a_users_messages_are_limited_over_all_connections(
    world: World, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five clients, none of which sends more than it may."""
    counted: list[None] = []
    count = limits.ClientLimits.count_message

    def counting(client: limits.ClientLimits) -> None:
        counted.append(None)
        count(client)

    person = world.person()
    monkeypatch.setattr(limits, "PER_SECOND", 0.0)  # however long the test takes
    screen = person.socket()
    plains = [connect(f"/ws?ticket={ticket(person)}") for _ in range(4)]
    monkeypatch.setattr(limits.ClientLimits, "count_message", counting)
    each = int(limits.BURST) - 5
    for plain in plains[:3]:
        counted.clear()
        assert plain.next()["type"] == "sync"
        for _ in range(each):
            plain.socket.send("hello")
        until(lambda: len(counted) == each)
    assert plains[3].next()["type"] == "sync"
    for _ in range(each):
        plains[3].socket.send("hello")
    assert plains[3].close_code() == (1008, "rate_limited")
    assert not any(ended(plain) for plain in plains[:3])
    assert screen.ask("leave_order_room", person.id)["error"]["code"] == "rate_limited"


def ended(plain: Plain) -> bool:
    """Return whether the server has disconnected a client, once it has read all that the client sent."""
    plain.socket.ping()
    opcode, _ = plain.socket.recv_data(control_frame=True)
    return opcode == websocket.ABNF.OPCODE_CLOSE


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ws?limit=1", (422, "invalid")),
        ("/ws?ticket=" + "x" * 101, (422, "invalid")),
        ("/ws?cursor=" + "x" * 513, (422, "invalid")),
        ("/admin?ticket=x", (422, "invalid")),
        ("/admin?token=" + "x" * 4001, (422, "invalid")),
        ("/ws", (401, "token_missing")),
        ("/admin", (401, "token_missing")),
    ],
)
def test_a_refused_websocket_gets_the_reason(world: World, path: str, expected: tuple[int, str]) -> None:
    assert refusal(world, path) == expected


@pytest.mark.parametrize("path", ["/ws?limit=1", "/admin?limit=1"])
def test_without_a_websocket_a_refusal_is_an_answer(world: World, path: str) -> None:
    answer = world.call("GET", path)
    assert answer.status_code == 426


def test_a_failure_of_ours_has_a_code_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("metaia.realtime.gateways.plain.WebSocketClient", broken)
    assert refusal(world, f"/ws?ticket={ticket(world.person())}") == (500, "internal_error")


def test_a_ticket_cannot_be_redeemed_while_redis_is_unreachable(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ticket(world.person())
    with monkeypatch.context() as patch, gevent.Timeout(WAIT):
        patch.setitem(app.config, "REDIS_URL", "redis://127.0.0.1:1")
        assert refusal(world, f"/ws?ticket={given}") == (503, "unavailable")
