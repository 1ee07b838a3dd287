"""Bytes that no client library would send: their sender is thrown out with a code, and nobody else notices."""

from __future__ import annotations

import socket
import struct
from typing import Any

import psutil
import pytest

from metaia.realtime.transport import websocket
from tests.support import raw_socket as raw
from tests.support.people import World
from tests.support.raw_socket import Raw, eio_of, frame, sids_of
from tests.support.waiting import tell, until

HOSTILE = {
    "a declared length of 2^60": (frame(b"x", size=2**60), 1009),
    "a declared length of 2^63": (frame(b"x", size=2**63), 1009),
    "more than the limit": (frame(b"4" * 70_000), 1009),
    "fragments that are too large together": (
        frame(b"4" * 60_000, final=False) + frame(b"4" * 60_000, raw.CONTINUATION),
        1009,
    ),
    "fragments without end": (
        frame(b"4", final=False) + frame(b"", raw.CONTINUATION, final=False) * 1000,
        1008,
    ),
    "invalid UTF-8": (frame(b"4\xff\xfe"), 1007),
    "no mask": (b"\x81\x014", 1002),
    "reserved bits": (frame(b"4", raw.TEXT | 0x40), 1002),
    "an unknown opcode": (frame(b"4", 7), 1002),
    "a continuation of nothing": (frame(b"4", raw.CONTINUATION), 1002),
    "a message within a message": (frame(b"4", final=False) + frame(b"4"), 1002),
    "a large ping": (frame(b"x" * 126, raw.PING), 1002),
    "a ping in parts": (frame(b"x", raw.PING, final=False), 1002),
    "binary": (frame(b"x", 2), 1003),
    "a close code that is none": (frame(struct.pack("!H", 5), raw.CLOSE), 1002),
    "HTTP again": (b"GET / HTTP/1.1\r\n\r\n", 1002),
}


@pytest.mark.parametrize(("junk", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_refused_with_its_code_and_others_are_served(world: World, junk: bytes, code: int) -> None:
    sender, other = world.person(), world.person()
    witness = other.socket()
    with Raw(world.url) as client:
        client.login(sender)
        client.send(junk)
        assert client.close_code() == code
        assert client.gone()
        until(lambda: not sids_of(sender))
    tell(other, 1)
    witness.wait("new_notification")


def test_a_huge_length_takes_no_memory_however_much_of_it_comes(world: World) -> None:
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


def test_a_frame_that_never_becomes_whole_holds_little_and_ends_with_its_client(world: World) -> None:
    person = world.person()
    with Raw(world.url) as client:
        client.login(person)
        client.send(frame(b"4" * 100, size=60_000))
        tell(person, 1)
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
            tell(other, number)
            witness.wait("new_notification", number + 1)


def test_messages_waiting_to_be_handled_are_bounded(world: World, monkeypatch: Any) -> None:
    most: dict[websocket.Link, list[int]] = {}
    take = websocket.Link._take

    def watched(self: websocket.Link, data: bytes) -> None:
        take(self, data)
        most.setdefault(self, []).append(len(self._inbox))

    monkeypatch.setattr(websocket.Link, "_take", watched)
    with Raw(world.url) as client:
        end = eio_of(client.login(world.person())).link
        assert end is not None
        client.wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1_000_000)
        one = frame('42["are_you_there"]')
        client.send(one * 5000, frame('421["are_you_there"]'))
        client.until("431")
        assert websocket.INBOX < max(most[end]) <= websocket.INBOX + websocket.CHUNK // len(one) + 1
