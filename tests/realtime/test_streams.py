"""Event streams whose clients do not read, or have gone before the first word."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import gevent

from metaia.realtime import connections, counters, rooms
from metaia.realtime.plain import Stream
from metaia.realtime.sink import MOST_BYTES, SLOW
from tests.realtime.tools import until
from tests.support.people import Person, World

LARGE = {"cursor": "a.1", "type": "large", "data": {"text": "x" * 50_000}}


def asking(world: World, person: Person) -> socket.socket:
    """Ask for a stream, and read nothing of it."""
    url = urlsplit(world.url)
    client = socket.create_connection((url.hostname, url.port))
    client.sendall(
        f"GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.token}\r\n\r\n".encode()
    )
    return client


def streams_of(person: Person) -> list[Stream]:
    return [c for c in connections.present.values() if isinstance(c, Stream) and c.actor.id == person.id]


def test_a_stream_that_nobody_reads_is_let_go_once_and_hears_nothing_more(world: World) -> None:
    person = world.person()
    with asking(world, person):
        (stream,) = until(lambda: streams_of(person))
        before = counters.ended[SLOW]
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
        assert counters.ended[SLOW] == before + 1
        assert streams_of(person) == []
        assert rooms.members([f"user-{person.id}"]) == []


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
