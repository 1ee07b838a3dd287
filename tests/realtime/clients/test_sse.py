"""Event streams whose clients do not read, or disconnect before the first event."""

from __future__ import annotations

import gc
import socket
import weakref
from collections import deque
from urllib.parse import urlsplit

import gevent
import pytest
import requests
from flask import Flask

from metaia.core import metrics
from metaia.realtime import runtime
from metaia.realtime.clients import connections, rooms, sse
from metaia.realtime.clients.sse import Stream
from metaia.realtime.gateways import replay
from metaia.realtime.log import store as log_store
from metaia.realtime.transport.send_buffer import MAX_BYTES, SLOW
from tests.support.people import WAIT, Person, World
from tests.support.waiting import send_numbered, until

LARGE = {"cursor": "a.1", "type": "large", "data": {"text": "x" * 50_000}}


def asking(world: World, person: Person, headers: str = "") -> socket.socket:
    """Request a stream, and read nothing of it."""
    url = urlsplit(world.url)
    client = socket.create_connection((url.hostname, url.port), timeout=WAIT)
    client.sendall(
        f"GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.token}\r\n{headers}\r\n".encode()
    )
    return client


def streams_of(person: Person) -> list[Stream]:
    return [
        c for c in connections.open_connections.values() if isinstance(c, Stream) and c.actor.id == person.id
    ]


def test_an_unread_stream_is_ended_once_and_gets_nothing_more(world: World) -> None:
    person = world.person()
    with asking(world, person):
        (stream,) = until(lambda: streams_of(person))
        before = metrics.ended[SLOW]
        while stream.ready:
            stream.send(LARGE)
            gevent.sleep(0)
        waiting = stream.buffered()
        assert waiting < MAX_BYTES + 100_000
        for _ in range(3):
            stream.send(LARGE)
            stream.keep_alive()
            stream.close("again")
        assert stream.buffered() == waiting
        assert metrics.ended[SLOW] == before + 1
        assert streams_of(person) == []
        assert rooms.members([f"user-{person.id}"]) == []


def released(stream: weakref.ref[Stream]) -> bool:
    """Return whether a stream was released: no greenlet writes it, and its memory is freed."""
    gc.collect()
    return stream() is None


def filled(person: Person, much: bool) -> weakref.ref[Stream]:
    """Fill a stream that is not read, up to its limit or less; keep only a weak reference to it."""
    (stream,) = until(lambda: streams_of(person))
    while stream.ready and (much or stream.buffered() < MAX_BYTES / 2):
        stream.send(LARGE)
        gevent.sleep(0)
    assert stream.ready is not much
    return weakref.ref(stream)


@pytest.mark.parametrize("much", [False, True])
def test_a_client_that_stops_reading_holds_neither_memory_nor_a_greenlet(
    world: World, monkeypatch: pytest.MonkeyPatch, much: bool
) -> None:
    monkeypatch.setattr(sse, "WRITE_SECONDS", 0.3)
    person = world.person()
    with asking(world, person) as client:
        before = metrics.ended[SLOW]
        seen = filled(person, much)
        until(lambda: not streams_of(person), "the deadline")
        assert metrics.ended[SLOW] == before + 1
        until(lambda: released(seen), "the stream is released")
        while client.recv(1_000_000):
            continue  # the bytes that the kernel had accepted; then the end
    assert rooms.members([f"user-{person.id}"]) == []


def test_a_client_that_reads_again_in_time_stays(world: World) -> None:
    person = world.person()
    with asking(world, person) as client:
        (stream,) = until(lambda: streams_of(person))
        while stream.buffered() < MAX_BYTES / 2:
            stream.send(LARGE)
            gevent.sleep(0)
        assert stream._deadline.active
        while stream.buffered():
            assert client.recv(1_000_000)
        assert not stream._deadline.active
        assert streams_of(person) == [stream]


def test_a_head_request_leaves_nothing_behind(world: World) -> None:
    person = world.person()
    headers = {"Authorization": f"Bearer {person.token}"}
    assert requests.head(f"{world.url}/api/events", headers=headers, timeout=WAIT).ok
    assert streams_of(person) == []


def test_a_client_that_disconnects_during_replay_leaves_nothing_behind(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.of(app).feed, "recent", deque(maxlen=50))  # so that the log is read
    monkeypatch.setattr(replay, "MAX_BUFFERED", -1)  # as if the client never read fast enough
    person = world.person()
    screen = person.socket()
    send_numbered(person, *range(log_store.PAGE + 20))
    screen.wait("new_notification", log_store.PAGE + 20)
    with asking(world, person, f"Last-Event-ID: {screen.of('sync')[0]['cursor']}\r\n") as client:
        (stream,) = until(lambda: streams_of(person))
        received = b""
        while b'"complete":false' not in received:  # a page
            received += client.recv(1_000_000)
        stream.close("going")
        seen = weakref.ref(stream)
        del stream
        until(lambda: released(seen), "the stream is released")


def test_a_client_that_disconnects_at_once_leaves_nothing_behind(world: World) -> None:
    person = world.person()
    for _ in range(20):
        client = asking(world, person)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, not an end
        client.close()
    until(lambda: person.get("/api/auth/me").ok)
    for stream in streams_of(person):
        stream.keep_alive()  # a write shows that the client has disconnected
        stream.keep_alive()
    until(lambda: streams_of(person) == [])
