"""A send buffer writes in order, never waits, and disconnects clients that do not read."""

from __future__ import annotations

import time
from _socket import SO_SNDBUF, SOL_SOCKET, socket, socketpair
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

from metaia.realtime.transport import send_buffer
from metaia.realtime.transport.send_buffer import BROKEN, MAX_BYTES, SLOW, SendBuffer
from tests.support.waiting import until


class Wire:
    """A real pair of sockets: a buffer on one end, and on the other a client that reads on request."""

    def __init__(self) -> None:
        near, self.far = socketpair()
        near.setblocking(False)
        self.far.setblocking(False)
        near.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096)
        self.near = Counted(near)
        self.errors: list[str] = []
        self.buffer = SendBuffer(self.near, self.errors.append)  # type: ignore[arg-type]
        self.got = b""
        self.ended = False

    def read(self) -> bytes:
        """Read the available bytes, and return all that were read so far."""
        try:
            while data := self.far.recv(65_536):
                self.got += data
            self.ended = True
        except BlockingIOError:
            pass
        return self.got

    def close(self) -> None:
        self.buffer.discard()
        self.near.socket.close()
        self.far.close()


class Counted:
    """A socket that counts sends, and can be made to fail."""

    def __init__(self, real: socket) -> None:
        self.socket, self.sends = real, 0
        self.error: Exception | None = None

    def send(self, data: bytes) -> int:
        self.sends += 1
        if self.error is not None:
            raise self.error
        return self.socket.send(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.socket, name)


@pytest.fixture
def wires() -> Iterator[Callable[[], Wire]]:
    made: list[Wire] = []

    def make() -> Wire:
        made.append(Wire())
        return made[-1]

    yield make
    for wire in made:
        wire.close()


@pytest.fixture
def wire(wires: Callable[[], Wire]) -> Wire:
    return wires()


def test_frames_of_one_turn_leave_in_one_send_per_client(wires: Callable[[], Wire]) -> None:
    many = [wires() for _ in range(2 * send_buffer.SLICE // 3)]
    for number in range(20):
        for wire in many:
            wire.buffer.write(b"%02d" % number)
    assert all(wire.near.sends == 0 for wire in many)
    until(lambda: all(wire.read() for wire in many))
    assert {wire.near.sends for wire in many} == {1}
    assert {wire.got for wire in many} == {b"".join(b"%02d" % number for number in range(20))}


def test_a_long_flush_lets_other_greenlets_run(wires: Callable[[], Wire], monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "SLICE", 3)
    many = [wires() for _ in range(10)]
    seen: list[int] = []
    for wire in many:
        wire.buffer.write(b"x")

    def look() -> None:
        while sum(wire.near.sends for wire in many) < len(many):
            gevent.sleep(0)
            seen.append(sum(wire.near.sends for wire in many))

    gevent.spawn(look).join()
    assert set(seen) > {3, 6, 9}
    assert all(wire.read() == b"x" for wire in many)


def test_bytes_that_the_kernel_refused_follow_in_order(wire: Wire) -> None:
    frames = [bytes([65 + number % 26]) * 997 for number in range(300)]
    for number, frame in enumerate(frames):
        wire.buffer.write(frame)
        if number % 50 == 0:
            gevent.sleep(0)
    gevent.sleep(0)
    assert 0 < wire.buffer.size <= 300 * 997
    until(lambda: wire.read() == b"".join(frames))
    until(lambda: wire.buffer.size == 0)
    wire.buffer.write(b"after")
    until(lambda: wire.read().endswith(b"after"))
    assert not wire.errors


def test_a_large_burst_in_one_turn_does_not_count_as_slow(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(wire.near, "send", len, raising=False)  # a kernel that always has room
    for _ in range(30):
        wire.buffer.write(b"x" * (MAX_BYTES // 10))
    gevent.sleep(0)
    assert wire.buffer.size == 0
    assert wire.buffer.open
    assert not wire.errors


def test_a_client_that_does_not_read_is_disconnected_at_the_limit(wire: Wire) -> None:
    written = 0
    while not wire.errors:
        wire.buffer.write(b"x" * 10_000)
        written += 10_000
        gevent.sleep(0)
        assert written < 2 * MAX_BYTES
    assert wire.errors == [SLOW]
    assert written > MAX_BYTES
    assert not wire.buffer.open
    assert wire.buffer.size == 0
    wire.buffer.write(b"never")
    gevent.sleep(0)
    assert wire.errors == [SLOW]


def test_a_client_that_accepts_nothing_for_too_long_is_disconnected(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "WRITE_SECONDS", 0.05)
    wire.buffer.write(b"x" * 500_000)
    until(lambda: wire.errors == [SLOW])


def test_a_client_that_stops_reading_is_disconnected_too(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "WRITE_SECONDS", 0.2)
    wire.buffer.write(b"x" * 500_000)
    gevent.sleep(0)
    before = wire.buffer.size
    wire.read()
    until(lambda: wire.buffer.size < before)
    until(lambda: wire.errors == [SLOW])


def test_a_slow_but_steady_reader_stays_connected(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "WRITE_SECONDS", 2.0)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        if wire.buffer.size < 100_000:
            wire.buffer.write(b"x" * 100_000)
        gevent.sleep(0.05)
        wire.read()
        assert wire.buffer.size
        assert not wire.errors


def test_close_sends_buffered_frames_and_the_last_one_first(wire: Wire) -> None:
    wire.buffer.write(b"x" * 300_000)
    gevent.sleep(0)
    wire.buffer.close(b"bye")
    wire.buffer.write(b"too late")
    wire.buffer.close(b"bye again")
    assert not wire.buffer.open
    until(lambda: wire.read() is not None and wire.ended)
    assert wire.got == b"x" * 300_000 + b"bye"


def test_a_client_that_does_not_end_its_stream_is_disconnected(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "CLOSE_SECONDS", 0.05)
    wire.buffer.close()
    until(lambda: wire.errors)
    assert wire.read() == b""
    assert wire.ended


def test_close_in_the_middle_of_a_turn_and_twice(wires: Callable[[], Wire]) -> None:
    first, second = wires(), wires()
    first.buffer.write(b"a")
    second.buffer.write(b"b")
    first.buffer.close()
    first.buffer.close()
    until(lambda: second.read() == b"b")
    until(lambda: first.read() == b"a" and first.ended)
    assert first.errors == second.errors == []


@pytest.mark.parametrize("error", [ConnectionResetError(), BrokenPipeError(), TimeoutError()])
def test_a_broken_connection_reports_one_error_and_harms_no_other(
    wires: Callable[[], Wire], error: Exception
) -> None:
    broken, other = wires(), wires()
    broken.near.error = error
    for wire in (broken, other):
        wire.buffer.write(b"x")
        wire.buffer.write(b"y")
    until(lambda: other.read() == b"xy")
    assert broken.errors == [BROKEN]
    assert not broken.buffer.open


def test_an_unexpected_error_harms_no_other_connection(wires: Callable[[], Wire]) -> None:
    odd, other = wires(), wires()
    odd.near.error = RuntimeError("nobody expected this")
    odd.buffer.write(b"x")
    other.buffer.write(b"x")
    until(lambda: other.read() == b"x")


def test_a_discarded_buffer_has_no_watchers_and_keeps_nothing(wire: Wire) -> None:
    wire.buffer.write(b"x" * 500_000)
    gevent.sleep(0)
    assert wire.buffer._watcher.active
    assert wire.buffer._deadline.active
    watcher, deadline = wire.buffer._watcher, wire.buffer._deadline
    wire.buffer.discard()
    assert not watcher.active
    assert not deadline.active
    assert wire.buffer.size == 0
    assert wire.errors == []


def test_writes_are_counted(wire: Wire) -> None:
    frames, sends, size = send_buffer.counts.frames, send_buffer.counts.sends, send_buffer.counts.bytes
    wire.buffer.write(b"abc")
    wire.buffer.write(b"de")
    until(lambda: wire.read() == b"abcde")
    counts = send_buffer.counts
    assert (counts.frames - frames, counts.sends - sends, counts.bytes - size) == (2, 1, 5)
