"""Bytes that no client library would send: their sender is disconnected with a close code; others do not notice."""

from __future__ import annotations

import socket
from typing import Any

import psutil
import pytest

from metaia.realtime.transport import websocket
from tests.realtime.transport.hostile_frames import HOSTILE
from tests.support import raw_socket as raw
from tests.support.people import World
from tests.support.raw_socket import Raw, eio_of, frame, sids_of
from tests.support.waiting import send_numbered, until


@pytest.mark.parametrize(("junk", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bytes_are_refused_with_their_code_and_others_are_served(
    world: World, junk: bytes, code: int
) -> None:
    sender, other = world.person(), world.person()
    witness = other.socket()
    with Raw(world.url) as client:
        client.login(sender)
        client.send(junk)
        assert client.close_code() == code
        assert client.wait_closed()
        until(lambda: not sids_of(sender))
    send_numbered(other, 1)
    witness.wait("new_notification")


def test_a_huge_declared_length_allocates_no_memory(world: World) -> None:
    person = world.person()
    before = psutil.Process().memory_info().rss
    with Raw(world.url) as client:
        client.login(person)
        client.send(frame(b"", size=2**60))
        try:
            for _ in range(300):
                client.send(b"x" * 100_000)
        except (ConnectionError, TimeoutError):
            pass
        until(lambda: not sids_of(person))
    assert psutil.Process().memory_info().rss - before < 20_000_000


def test_an_incomplete_frame_holds_little_memory_and_ends_with_its_client(world: World) -> None:
    person = world.person()
    with Raw(world.url) as client:
        client.login(person)
        client.send(frame(b"4" * 100, size=60_000))
        send_numbered(person, 1)
        client.until('42["new_notification"')
    until(lambda: not sids_of(person))


@pytest.mark.parametrize(
    "flood", [frame(b"x", raw.PING), frame('421["are_you_there"]'), frame("3"), frame("6")]
)
def test_a_client_that_sends_without_pause_does_not_keep_others_waiting(world: World, flood: bytes) -> None:
    sender, other = world.person(), world.person()
    witness = other.socket()
    with Raw(world.url) as client:
        client.login(sender)
        client.wire.setblocking(False)
        chunk, sent = flood * (64_000 // len(flood)), 0
        for number in range(5):
            try:
                while sent < (number + 1) * 200_000:
                    sent += client.wire.send(chunk)
            except (BlockingIOError, ConnectionError):
                pass
            send_numbered(other, number)
            witness.wait("new_notification", number + 1)


def test_messages_waiting_to_be_handled_are_bounded(world: World, monkeypatch: Any) -> None:
    most: dict[websocket.WebSocketConnection, list[int]] = {}
    parse = websocket.WebSocketConnection._parse

    def watched(self: websocket.WebSocketConnection, data: bytes) -> None:
        parse(self, data)
        most.setdefault(self, []).append(len(self._inbox))

    monkeypatch.setattr(websocket.WebSocketConnection, "_parse", watched)
    with Raw(world.url) as client:
        end = eio_of(client.login(world.person())).websocket
        assert end is not None
        client.wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1_000_000)
        one = frame('42["are_you_there"]')
        client.send(one * 5000, frame('421["are_you_there"]'))
        client.until("431")
        assert websocket.MAX_INBOX < max(most[end]) <= websocket.MAX_INBOX + websocket.CHUNK // len(one) + 1
