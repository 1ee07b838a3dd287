"""Clients whose network has failed: nothing that is sent to them is acknowledged, and no error is reported.

A filter that drops every packet before the client's kernel sees it makes such a client.
"""

from __future__ import annotations

import contextlib
import ctypes
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask

from metaia.core import metrics
from metaia.notifications import events as notification_events
from metaia.realtime.clients import connections
from metaia.realtime.clients.connections import Connection
from metaia.realtime.log.store import Event, Head
from metaia.realtime.transport import handover, send_buffer
from tests.support.people import WAIT, Person, World
from tests.support.raw_socket import Raw
from tests.support.server import Server
from tests.support.waiting import send_numbered, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs filters that only Linux has")
SO_ATTACH_FILTER = 26
(KIND,) = (kind for kind in notification_events.EVENTS if kind.name == "notification.created")
LARGE = Event(1, "id", "notification.created", {"data": {}, "message": "x" * 100_000}, (), "")
HEAD = Head("epoch", 1)


def vanish(wire: socket.socket) -> None:
    """Drop every packet that arrives for `wire` from now on, unacknowledged; `wire` sends nothing either."""
    drop_all = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # BPF: return 0
    program = struct.pack("HL", 1, ctypes.addressof(drop_all))
    wire.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


@pytest.fixture
def impatient(app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Give people of a server whose kernel gives up after less than a second instead of thirty."""
    monkeypatch.setattr(handover, "USER_TIMEOUT", 700)
    del server  # it follows the log for both
    with Server(app) as other, World(other.url) as world:
        yield world


def ask(world: World, person: Person, path: str, *headers: str) -> socket.socket:
    """Send a request, and return its connection once `sync` has arrived."""
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.settimeout(WAIT)
    wire.connect(("127.0.0.1", urlsplit(world.url).port or 0))
    lines = (f"GET {path} HTTP/1.1", "Host: test", f"Authorization: Bearer {person.token}", *headers, "", "")
    wire.sendall("\r\n".join(lines).encode())
    got = b""
    while b"sync" not in got:
        got += wire.recv(4096)
    return wire


def by_socketio(world: World, person: Person) -> socket.socket:
    client = Raw(world.url, buffer=4096)
    client.login(person)
    return client.wire


def by_websocket(world: World, person: Person) -> socket.socket:
    key = "Sec-WebSocket-Key: bWV0YWlhLWNoYW9zIHRlcw=="
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    return ask(world, person, "/ws", *upgrade, key)


def by_stream(world: World, person: Person) -> socket.socket:
    return ask(world, person, "/api/events")


WAYS = [by_socketio, by_websocket, by_stream]


def until_disconnected(person: Person) -> None:
    """Send again and again: writing shows that the client is unreachable."""

    def disconnected() -> bool:
        send_numbered(person, 1)
        return not of(person)

    until(disconnected, "it is disconnected")


def of(person: Person) -> list[Connection]:
    return [
        connection for connection in connections.open_connections.values() if connection.actor.id == person.id
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_silent_unreachable_client_is_disconnected_after_the_next_event(
    impatient: World, way: Callable[[World, Person], socket.socket]
) -> None:
    person = impatient.person()
    with contextlib.closing(way(impatient, person)) as wire:
        vanish(wire)
        until_disconnected(person)


@pytest.mark.parametrize("way", WAYS)
def test_an_unreachable_client_with_a_full_window_is_disconnected_as_soon(
    impatient: World, way: Callable[[World, Person], socket.socket]
) -> None:
    person = impatient.person()
    with contextlib.closing(way(impatient, person)) as wire:
        (connection,) = of(person)
        before = metrics.ended[send_buffer.SLOW]
        until(
            lambda: connection.deliver(KIND, LARGE, HEAD) and connection.buffered() > 300_000,
            "its window fills",
        )
        vanish(wire)
        until_disconnected(person)
    assert (
        metrics.ended[send_buffer.SLOW] == before
    )  # because of the network, and not of the limits on slow readers
