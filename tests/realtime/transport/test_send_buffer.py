"""A sink writes in order, never waits, and lets go of who does not read."""

from __future__ import annotations

from _socket import SO_SNDBUF, SOL_SOCKET, socket, socketpair
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

from metaia.realtime.transport import send_buffer
from metaia.realtime.transport.send_buffer import BROKEN, MOST_BYTES, SLOW, Sink
from tests.support.waiting import until


class Wire:
    """A real pair of sockets: a sink on one end, a client on the other that reads when it is told to."""

    def __init__(self) -> None:
        near, self.far = socketpair()
        near.setblocking(False)
        self.far.setblocking(False)
        near.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096)
        self.near = Counted(near)
        self.lost: list[str] = []
        self.sink = Sink(self.near, self.lost.append)  # type: ignore[arg-type]
        self.got = b""
        self.ended = False

    def read(self) -> bytes:
        """Read what there is, and return all that was read."""
        try:
            while data := self.far.recv(65_536):
                self.got += data
            self.ended = True
        except BlockingIOError:
            pass
        return self.got

    def close(self) -> None:
        self.sink.abandon()
        self.near.socket.close()
        self.far.close()


class Counted:
    """A socket that counts sends, and fails when told to."""

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


def test_what_is_written_in_one_turn_leaves_in_one_send_for_each_client(wires: Callable[[], Wire]) -> None:
    many = [wires() for _ in range(2 * send_buffer.SLICE // 3)]
    for number in range(20):
        for wire in many:
            wire.sink.write(b"%02d" % number)
    assert all(wire.near.sends == 0 for wire in many)
    until(lambda: all(wire.read() for wire in many))
    assert {wire.near.sends for wire in many} == {1}
    assert {wire.got for wire in many} == {b"".join(b"%02d" % number for number in range(20))}


def test_a_long_flush_lets_others_have_their_turn(wires: Callable[[], Wire], monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "SLICE", 3)
    many = [wires() for _ in range(10)]
    seen: list[int] = []
    for wire in many:
        wire.sink.write(b"x")

    def look() -> None:
        while sum(wire.near.sends for wire in many) < len(many):
            gevent.sleep(0)
            seen.append(sum(wire.near.sends for wire in many))

    gevent.spawn(look).join()
    assert set(seen) > {3, 6, 9}
    assert all(wire.read() == b"x" for wire in many)


def test_what_the_kernel_does_not_take_follows_in_order(wire: Wire) -> None:
    frames = [bytes([65 + number % 26]) * 997 for number in range(300)]
    for number, frame in enumerate(frames):
        wire.sink.write(frame)
        if number % 50 == 0:
            gevent.sleep(0)
    gevent.sleep(0)
    assert 0 < wire.sink.size <= 300 * 997
    until(lambda: wire.read() == b"".join(frames))
    until(lambda: wire.sink.size == 0)
    wire.sink.write(b"after")
    until(lambda: wire.read().endswith(b"after"))
    assert not wire.lost


def test_much_in_one_turn_is_not_yet_slow(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(wire.near, "send", len, raising=False)  # a kernel with room for everything
    for _ in range(30):
        wire.sink.write(b"x" * (MOST_BYTES // 10))
    gevent.sleep(0)
    assert wire.sink.size == 0
    assert wire.sink.open
    assert not wire.lost


def test_who_does_not_read_is_let_go_at_the_bound(wire: Wire) -> None:
    written = 0
    while not wire.lost:
        wire.sink.write(b"x" * 10_000)
        written += 10_000
        gevent.sleep(0)
        assert written < 2 * MOST_BYTES
    assert wire.lost == [SLOW]
    assert written > MOST_BYTES
    assert not wire.sink.open
    assert wire.sink.size == 0
    wire.sink.write(b"never")
    gevent.sleep(0)
    assert wire.lost == [SLOW]


def test_who_takes_nothing_for_too_long_is_let_go(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "WRITE_SECONDS", 0.05)
    wire.sink.write(b"x" * 500_000)
    until(lambda: wire.lost == [SLOW])


def test_who_took_some_and_then_nothing_is_let_go_as_well(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "WRITE_SECONDS", 0.2)
    wire.sink.write(b"x" * 500_000)
    gevent.sleep(0)
    before = wire.sink.size
    wire.read()
    until(lambda: wire.sink.size < before)
    until(lambda: wire.lost == [SLOW])


def test_who_reads_slowly_but_steadily_is_kept(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "WRITE_SECONDS", 0.3)
    wire.sink.write(b"x" * 200_000)
    while len(wire.got) < 200_000:
        gevent.sleep(0.02)
        wire.read()
        assert not wire.lost


def test_close_sends_what_waits_and_the_last_words_first(wire: Wire) -> None:
    wire.sink.write(b"x" * 300_000)
    gevent.sleep(0)
    wire.sink.close(b"bye")
    wire.sink.write(b"too late")
    wire.sink.close(b"bye again")
    assert not wire.sink.open
    until(lambda: wire.read() is not None and wire.ended)
    assert wire.got == b"x" * 300_000 + b"bye"


def test_a_client_that_does_not_answer_the_end_is_let_go(wire: Wire, monkeypatch: Any) -> None:
    monkeypatch.setattr(send_buffer, "CLOSE_SECONDS", 0.05)
    wire.sink.close()
    until(lambda: wire.lost)
    assert wire.read() == b""
    assert wire.ended


def test_close_in_the_middle_of_a_turn_and_twice(wires: Callable[[], Wire]) -> None:
    first, second = wires(), wires()
    first.sink.write(b"a")
    second.sink.write(b"b")
    first.sink.close()
    first.sink.close()
    until(lambda: second.read() == b"b")
    until(lambda: first.read() == b"a" and first.ended)
    assert first.lost == second.lost == []


@pytest.mark.parametrize("error", [ConnectionResetError(), BrokenPipeError(), TimeoutError()])
def test_a_broken_connection_is_told_once_and_harms_no_other(
    wires: Callable[[], Wire], error: Exception
) -> None:
    broken, other = wires(), wires()
    broken.near.error = error
    for wire in (broken, other):
        wire.sink.write(b"x")
        wire.sink.write(b"y")
    until(lambda: other.read() == b"xy")
    assert broken.lost == [BROKEN]
    assert not broken.sink.open


def test_what_nobody_expected_harms_no_other(wires: Callable[[], Wire]) -> None:
    odd, other = wires(), wires()
    odd.near.error = RuntimeError("nobody expected this")
    odd.sink.write(b"x")
    other.sink.write(b"x")
    until(lambda: other.read() == b"x")


def test_an_abandoned_sink_has_no_watchers_and_keeps_nothing(wire: Wire) -> None:
    wire.sink.write(b"x" * 500_000)
    gevent.sleep(0)
    assert wire.sink._watcher.active
    assert wire.sink._deadline.active
    watcher, deadline = wire.sink._watcher, wire.sink._deadline
    wire.sink.abandon()
    assert not watcher.active
    assert not deadline.active
    assert wire.sink.size == 0
    assert wire.lost == []


def test_writes_are_counted(wire: Wire) -> None:
    frames, sends, size = send_buffer.counts.frames, send_buffer.counts.sends, send_buffer.counts.bytes
    wire.sink.write(b"abc")
    wire.sink.write(b"de")
    until(lambda: wire.read() == b"abcde")
    counts = send_buffer.counts
    assert (counts.frames - frames, counts.sends - sends, counts.bytes - size) == (2, 1, 5)
