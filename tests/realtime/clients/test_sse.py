"""Event streams whose clients do not read, or have gone before the first word."""

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
from metaia.realtime.transport.send_buffer import MOST_BYTES, SLOW
from tests.support.people import WAIT, Person, World
from tests.support.waiting import tell, until

LARGE = {"cursor": "a.1", "type": "large", "data": {"text": "x" * 50_000}}


def asking(world: World, person: Person, headers: str = "") -> socket.socket:
    """Ask for a stream, and read nothing of it."""
    url = urlsplit(world.url)
    client = socket.create_connection((url.hostname, url.port), timeout=WAIT)
    client.sendall(
        f"GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.token}\r\n{headers}\r\n".encode()
    )
    return client


def streams_of(person: Person) -> list[Stream]:
    return [c for c in connections.present.values() if isinstance(c, Stream) and c.actor.id == person.id]


def test_a_stream_that_nobody_reads_is_let_go_once_and_hears_nothing_more(world: World) -> None:
    person = world.person()
    with asking(world, person):
        (stream,) = until(lambda: streams_of(person))
        before = metrics.ended[SLOW]
        while stream.ready:
            stream.send(LARGE)
            gevent.sleep(0)
        waiting = stream.waiting()
        assert waiting < MOST_BYTES + 100_000
        for _ in range(3):
            stream.send(LARGE)
            stream.keep_alive()
            stream.close("again")
        assert stream.waiting() == waiting
        assert metrics.ended[SLOW] == before + 1
        assert streams_of(person) == []
        assert rooms.members([f"user-{person.id}"]) == []


def gone(stream: weakref.ref[Stream]) -> bool:
    """Say whether nothing of a stream is left: no greenlet that writes it, no memory."""
    gc.collect()
    return stream() is None


def filled(person: Person, much: bool) -> weakref.ref[Stream]:
    """Fill a stream that nobody reads, up to its limit or not; only a weak reference to it is left."""
    (stream,) = until(lambda: streams_of(person))
    while stream.ready and (much or stream.waiting() < MOST_BYTES / 2):
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
        until(lambda: gone(seen), "the server has let go of it")
        while client.recv(1_000_000):
            continue  # what the kernel had taken; then the end
    assert rooms.members([f"user-{person.id}"]) == []


def test_a_client_that_reads_again_in_time_stays(world: World) -> None:
    person = world.person()
    with asking(world, person) as client:
        (stream,) = until(lambda: streams_of(person))
        while stream.waiting() < MOST_BYTES / 2:
            stream.send(LARGE)
            gevent.sleep(0)
        assert stream._deadline.active
        while stream.waiting():
            assert client.recv(1_000_000)
        assert not stream._deadline.active
        assert streams_of(person) == [stream]


def test_a_head_request_leaves_nothing_behind(world: World) -> None:
    person = world.person()
    headers = {"Authorization": f"Bearer {person.token}"}
    assert requests.head(f"{world.url}/api/events", headers=headers, timeout=WAIT).ok
    assert streams_of(person) == []


def test_a_client_that_goes_while_it_is_catching_up_leaves_nothing_behind(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.of(app).feed, "recent", deque(maxlen=50))  # so that the log is read
    monkeypatch.setattr(replay, "MOST_WAITING", -1)  # as if it never read fast enough
    person = world.person()
    screen = person.socket()
    tell(person, *range(log_store.PAGE + 20))
    screen.wait("new_notification", log_store.PAGE + 20)
    with asking(world, person, f"Last-Event-ID: {screen.of('sync')[0]['cursor']}\r\n") as client:
        (stream,) = until(lambda: streams_of(person))
        heard = b""
        while b'"complete":false' not in heard:  # a page
            heard += client.recv(1_000_000)
        stream.close("going")
        seen = weakref.ref(stream)
        del stream
        until(lambda: gone(seen), "the server has let go of it")


def test_a_client_that_goes_at_once_leaves_nothing_behind(world: World) -> None:
    person = world.person()
    for _ in range(20):
        client = asking(world, person)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, not an end
        client.close()
    until(lambda: person.get("/api/auth/me").ok)
    for stream in streams_of(person):
        stream.keep_alive()  # writing finds out who has gone
        stream.keep_alive()
    until(lambda: streams_of(person) == [])
