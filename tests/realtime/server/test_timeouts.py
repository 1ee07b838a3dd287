"""Clients that send slowly, or nothing: the HTTP server times out, and other clients are not affected."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from math import inf
from statistics import median
from urllib.parse import urlsplit

import gevent
import pytest
import requests

from metaia.core.ids import new_id
from metaia.realtime.server import timeouts
from tests.support.people import WAIT, Person, World
from tests.support.plain_clients import Plain, stream, ticket
from tests.support.raw_socket import Raw
from tests.support.turns import Turns
from tests.support.waiting import send_numbered, until

ALIVE = b"GET /api/system/health/live HTTP/1.1\r\nHost: test\r\n"
LONGEST = 18.0  # seconds without any byte: less than the shortest timeout that `impatient` replaces for new requests


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "REST_SECONDS"):
        monkeypatch.setattr(timeouts, name, 1.0)
    monkeypatch.setattr(timeouts, "BODY_RATE", 1_000_000)
    monkeypatch.setattr(timeouts, "STALLED", timeouts.TICK + 0.3)  # this process also runs the clients


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


@pytest.fixture
def wire(world: World, person: Person) -> Iterator[socket.socket]:
    """Give a connection, on which a request must begin within a second: so the person exists already."""
    with closing(connected(world)) as made:
        yield made


def connected(world: World) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(world.url).port or 0), timeout=WAIT)


def rest(wire: socket.socket) -> bytes:
    """Return all bytes that arrive until the server closes the connection."""
    got = b""
    with suppress(ConnectionError):
        while more := wire.recv(65_536):
            got += more
    return got


def dribble(wire: socket.socket, text: bytes) -> None:
    """Send byte by byte, so that there is always some progress, until the connection breaks."""

    def send() -> None:
        with suppress(OSError):
            for number in range(len(text)):
                wire.sendall(text[number : number + 1])
                gevent.sleep(0.1)

    gevent.spawn(send)


def post(person: Person, path: str, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: test", f"Authorization: Bearer {person.token}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ends_soon(wire: socket.socket) -> bytes:
    with gevent.Timeout(LONGEST, AssertionError("the connection does not end")):
        return rest(wire)


def test_a_silent_connection_is_closed(wire: socket.socket) -> None:
    assert ends_soon(wire) == b""


@pytest.mark.parametrize("start", [b"GE", ALIVE[:30]])
def test_a_request_line_that_does_not_end_ends_the_connection(wire: socket.socket, start: bytes) -> None:
    wire.sendall(start)
    assert ends_soon(wire) == b""


@pytest.mark.parametrize("more", [b"", b"X-Slow: " + b"x" * 1000, b"X: y\r\n" * 200])
def test_headers_that_do_not_end_are_408(wire: socket.socket, more: bytes) -> None:
    wire.sendall(ALIVE)
    dribble(wire, more)
    assert ends_soon(wire).startswith(b"HTTP/1.1 408 ")


def test_an_incomplete_request_is_not_executed(person: Person, wire: socket.socket) -> None:
    """Without its last headers, the request looks complete."""
    wire.sendall(post(person, "/api/auth/logout")[:-2])
    assert ends_soon(wire).startswith(b"HTTP/1.1 408 ")
    assert person.get("/api/auth/me").ok


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Length: 5000", b""),
        ("Content-Length: 5000", b'{"items": [' + b" " * 4000),
        ("Transfer-Encoding: chunked", b""),
        ("Transfer-Encoding: chunked", b"5\r\n12345\r\n" * 400),
        ("Transfer-Encoding: chunked", b"fff\r\n" + b"x" * 4000),
        ("Content-Length: 5000\r\nConnection: upgrade", b"x" * 4000),
    ],
)
def test_a_body_that_does_not_end_is_408(
    person: Person, wire: socket.socket, header: str, body: bytes
) -> None:
    wire.sendall(post(person, "/api/orders", header, "Content-Type: application/json"))
    dribble(wire, body)
    head, _, body = ends_soon(wire).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    answer = json.loads(body)
    assert answer["error"]["code"] == "too_slow"
    assert f"X-Request-ID: {answer['requestId']}".encode() in head


def test_a_polling_client_with_an_unfinished_body_is_disconnected(
    world: World, person: Person, wire: socket.socket
) -> None:
    path = "/socket.io/?EIO=4&transport=polling"
    sid = json.loads(requests.get(world.url + path, timeout=WAIT).text[1:])["sid"]
    wire.sendall(post(person, f"{path}&sid={sid}", "Content-Length: 500"))
    dribble(wire, b"4" * 400)
    assert ends_soon(wire).startswith(b"HTTP/1.1 400 ")
    assert requests.get(f"{world.url}{path}&sid={sid}", timeout=WAIT).status_code == 400


def test_the_rest_of_an_unread_body_is_not_waited_for(person: Person, wire: socket.socket) -> None:
    wire.sendall(post(person, "/api/orders", "Content-Length: 2000000", "Content-Type: text/plain"))
    dribble(wire, b"x" * 400)
    assert ends_soon(wire).startswith(b"HTTP/1.1 413 ")


def test_a_slow_body_within_the_timeout_is_accepted(
    person: Person, wire: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeouts, "BODY_SECONDS", 20.0)  # no stall of this machine takes as long
    body = json.dumps({"items": [{"name": "Suit", "quantity": 1, "price": 9.5}]}).encode()
    length = f"Content-Length: {len(body)}"
    wire.sendall(
        post(person, "/api/orders", length, "Content-Type: application/json", f"Idempotency-Key: {new_id()}")
    )
    for start in range(0, len(body), 20):
        gevent.sleep(0.1)
        wire.sendall(body[start : start + 20])
    assert wire.recv(65_536).startswith(b"HTTP/1.1 201 ")


def test_a_connection_is_kept_between_requests_but_not_for_ever(
    wire: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        wire.sendall(ALIVE + b"\r\n")
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200 ")
        gevent.sleep(2.2)  # longer than the timeout for headers
    monkeypatch.setattr(timeouts, "IDLE_SECONDS", 1.0)
    wire.sendall(ALIVE + b"\r\n")
    got = ends_soon(wire)
    assert got.startswith(b"HTTP/1.1 200 ")
    assert got.count(b"HTTP/1.1") == 1


def test_clients_do_not_time_out_after_the_process_was_suspended(
    wire: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clients may have sent bytes in time that the process has not read yet."""
    monkeypatch.setattr(timeouts, "STALLED", 0.0)  # now every check counts as late
    wire.sendall(ALIVE)
    gevent.sleep(3.5)
    wire.sendall(b"\r\n")
    assert wire.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_sockets_and_streams_are_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "IDLE_SECONDS", 1.0)
    person = world.person()
    plain = Plain(world, f"/ws?ticket={ticket(person)}")
    waiting = gevent.spawn(person.get, f"/api/sync?wait=9&cursor={person.socket().cursor}")
    with Raw(world.url) as client, stream(person, {}) as events, closing(plain.socket):
        client.login(person)
        assert next(events)["event"] == plain.next()["type"] == "sync"
        gevent.sleep(3.5)
        send_numbered(person, 1)
        client.until('42["new_notification"')
        assert next(events)["event"] == plain.next()["type"] == "new_notification"
    assert waiting.get().json()["data"]["events"]


def patiently_watched() -> list[timeouts.HttpConnection]:
    """Return the connections for which the server waits longer than a test takes."""
    return [one for one in timeouts._watched if timeouts.deadline(1_000) < one.until < inf]


def turns_until_answered(world: World, turns: Turns) -> int:
    before = turns.count
    assert world.call("GET", "/api/system/health/live").ok
    return turns.count - before


def test_many_silent_connections_delay_no_other_client(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.person()  # so the check of answers has read the OpenAPI document
    with Turns() as turns:
        alone = median(turns_until_answered(world, turns) for _ in range(50))
        monkeypatch.setattr(timeouts, "HEAD_SECONDS", 3600.0)
        slow = [connected(world) for _ in range(200)]
        for number, one in enumerate(slow):
            one.sendall(ALIVE[: number % len(ALIVE)])
        until(lambda: len(patiently_watched()) == len(slow), "the server waits for all of them")
        beside = median(turns_until_answered(world, turns) for _ in range(50))
    assert len(patiently_watched()) == len(slow), "no answer waited for one of them"
    assert beside <= 2 * alone
    for watched in patiently_watched():
        watched.until = timeouts.deadline(1)
    for one in slow:
        rest(one)
        one.close()
    until(lambda: len(timeouts._watched) < 50, "the server has forgotten them")
