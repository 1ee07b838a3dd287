"""Frames: whatever a client may send arrives unchanged, or is refused before memory is allocated."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.realtime.transport import frames
from metaia.realtime.transport.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Parser
from tests.support.raw_socket import frame

LIMIT = 70_000


def sent(
    payload: bytes = b"",
    opcode: int = TEXT,
    *,
    final: bool = True,
    mask: bytes = b"abcd",
    size: int | None = None,
) -> bytes:
    """Return a frame as a client sends it; `size` is its declared length."""
    return frame(payload, opcode, final=final, mask=mask, size=size)


class Parsed:
    """A parser, and its results."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.control: list[tuple[int, bytes]] = []
        self.parser = Parser(limit, lambda opcode, payload: self.control.append((opcode, payload)))

    def feed(self, *pieces: bytes) -> list[str]:
        return [message for piece in pieces for message in self.parser.feed(piece)]

    @property
    def end(self) -> Any:
        return self.parser.end


def cut(data: bytes, at: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(place % (len(data) + 1) for place in at)})
    return [data[start:stop] for start, stop in pairwise(places)]


@given(
    texts=st.lists(st.text(max_size=300), max_size=5),
    mask=st.binary(min_size=4, max_size=4),
    parts=st.integers(1, 6),
    at=st.lists(st.integers(0, 10_000), max_size=20),
)
def test_messages_arrive_whole_and_in_order_however_they_are_cut(
    texts: list[str], mask: bytes, parts: int, at: list[int]
) -> None:
    wire = b""
    for text in texts:
        data = text.encode()
        step = len(data) // parts + 1
        pieces = [data[i : i + step] for i in range(0, len(data), step)] or [b""]
        for number, piece in enumerate(pieces):
            opcode = CONTINUATION if number else TEXT
            wire += sent(piece, opcode, final=number == len(pieces) - 1, mask=mask)
            wire += sent(b"are you there", PING, mask=mask)  # control frames may come between fragments
    parsed = Parsed()
    assert parsed.feed(*cut(wire, at)) == texts
    assert parsed.end is None
    assert set(parsed.control) <= {(PING, b"are you there")}


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, LIMIT])
def test_every_form_of_length_is_read(size: int) -> None:
    parsed = Parsed()
    assert parsed.feed(*cut(sent(b"x" * size), [1, 2, 3, 9, 13, 14])) == ["x" * size]


@given(st.binary(max_size=70_000), st.sampled_from([TEXT, PONG]))
def test_a_server_frame_encodes_its_length_in_the_shortest_form(payload: bytes, opcode: int) -> None:
    frame = frames.frame(payload, opcode)
    head = {True: 2, len(payload) > 125: 4, len(payload) > 65_535: 10}[True]
    assert frame[0] == 0x80 | opcode
    assert frame[head:] == payload
    assert frame[1] == {2: len(payload), 4: 126, 10: 127}[head]


@given(st.binary(max_size=1000), st.binary(min_size=4, max_size=4))
def test_unmasking_matches_the_rfc(payload: bytes, mask: bytes) -> None:
    assert frames.unmask(payload, mask) == bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (sent(size=2**60), 1009),
        (sent(size=2**64 - 1), 1009),
        (sent(size=LIMIT + 1), 1009),
        (sent(b"x" * LIMIT, final=False) + sent(b"x", CONTINUATION), 1009),
        (sent(b"x", opcode=BINARY), 1003),
        (sent(b"x", opcode=CONTINUATION), 1002),
        (sent(b"x", final=False) + sent(b"y"), 1002),
        (sent(b"x", opcode=3), 1002),
        (sent(b"x", opcode=11), 1002),
        (sent(b"x", opcode=TEXT | 0x40), 1002),  # compressed, which was not negotiated
        (sent(b"x", opcode=TEXT | 0x10), 1002),
        (b"\x81\x01x", 1002),  # not masked
        (sent(b"x" * 126, PING), 1002),
        (sent(b"x", PING, final=False), 1002),
        (sent(b"\xff"), 1007),
        (sent(b"\xed\xa0\x80"), 1007),  # half a surrogate
        (sent(b"a\xe2\x82", final=False) + sent(b"\x28", CONTINUATION), 1007),
        (sent(b"x", CLOSE), 1002),
        (sent(struct.pack("!H", 1006), CLOSE), 1002),
        (sent(struct.pack("!H", 999), CLOSE), 1002),
    ],
)
def test_protocol_violations_are_refused_with_their_close_code(wire: bytes, code: int) -> None:
    parsed = Parsed()
    assert parsed.feed(wire) == []
    assert parsed.end[0] == code


def test_a_length_is_refused_by_the_header_alone() -> None:
    parsed = Parsed()
    parsed.feed(b"\x81\xff" + struct.pack("!Q", 2**60))
    assert parsed.end == (1009, "message too large")


def test_fragments_without_end_are_refused() -> None:
    parsed = Parsed()
    count = 0
    parsed.feed(sent(b"", final=False))
    while parsed.end is None:
        parsed.feed(sent(b"", CONTINUATION, final=False))
        count += 1
        assert count < 1000
    assert parsed.end[0] == frames.POLICY_VIOLATION


def test_messages_before_the_end_are_parsed_and_none_after_it() -> None:
    parsed = Parsed()
    assert parsed.feed(sent(b"first") + sent(b"", BINARY) + sent(b"after")) == ["first"]
    assert parsed.feed(sent(b"after")) == []


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_close_is_answered_with_its_own_code(code: int) -> None:
    parsed = Parsed()
    parsed.feed(sent(struct.pack("!H", code) + b"bye", CLOSE))
    assert parsed.end == (code, "")


def test_pings_and_pongs_are_passed_on() -> None:
    parsed = Parsed()
    assert parsed.feed(sent(b"a", PING) + sent(b"", PONG)) == []
    assert parsed.control == [(PING, b"a"), (PONG, b"")]
    assert parsed.end is None


def test_a_close_frame_has_its_code_and_a_short_reason() -> None:
    assert frames.close_frame(1001, "x" * 500) == b"\x88\x7a\x03\xe9" + b"x" * 120
