"""A TCP proxy that behaves like a bad network: it cuts, resets, stalls, delays, refuses, and loses answers."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
from collections.abc import Iterator
from typing import Self

import gevent
import gevent.socket
from gevent.event import Event
from gevent.server import StreamServer

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close sends RST


class Proxy:
    """Forwards to `port` on this machine, as badly as its attributes state."""

    def __init__(self, port: int, seed: int = 1) -> None:
        self._target = ("127.0.0.1", port)
        self._random = random.Random(seed)
        self._pairs: set[tuple[gevent.socket.socket, gevent.socket.socket]] = set()
        self._flows = Event()
        self._flows.set()
        self.up = True
        self.delay = 0.0  # seconds, for each piece of data
        self.lost_answers = 0.0  # the share of the server's pieces of data at which the connection is cut
        self.refused = b""  # requests with these bytes in their first piece are cut
        self._server = StreamServer(("127.0.0.1", 0), self._serve)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._flows.set()
        self._server.stop(timeout=1)
        self.cut()

    def cut(self, share: float = 1.0, *, reset: bool = False) -> None:
        """End a share of the connections, with FIN or RST."""
        for pair in [pair for pair in self._pairs if self._random.random() < share]:
            self._close(pair, reset=reset)

    def stall(self) -> None:
        """Forward nothing more, and keep all connections: a dead line."""
        self._flows.clear()

    def flow(self) -> None:
        """Forward again; what was sent in a stalled connection arrives late."""
        self._flows.set()

    def _serve(self, near: gevent.socket.socket, _: object) -> None:
        if not self.up:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            near.close()
            return
        try:
            far = gevent.socket.create_connection(self._target)
        except OSError:
            near.close()
            return
        pair = (near, far)
        self._pairs.add(pair)
        there = gevent.spawn(self._copy, near, far, pair)
        self._copy(far, near, pair, loses=True)
        there.join()

    def _copy(
        self,
        source: gevent.socket.socket,
        sink: gevent.socket.socket,
        pair: tuple[gevent.socket.socket, gevent.socket.socket],
        *,
        loses: bool = False,
    ) -> None:
        with contextlib.suppress(OSError):
            for data in iter(lambda: source.recv(65536), b""):
                if self.refused and self.refused in data and not loses:
                    break
                self._flows.wait()
                if loses and self._random.random() < self.lost_answers:
                    break
                if self.delay:
                    gevent.sleep(self.delay)
                sink.sendall(data)
        self._close(pair, reset=False)

    def _close(self, pair: tuple[gevent.socket.socket, gevent.socket.socket], *, reset: bool) -> None:
        self._pairs.discard(pair)
        for one in pair:
            with contextlib.suppress(OSError):
                if reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextlib.contextmanager
def storm(proxy: Proxy, seed: int = 1) -> Iterator[None]:
    """Make the network bad until the end of the block: something happens each second or so."""
    chance = random.Random(seed)

    def blow() -> None:
        while True:
            gevent.sleep(chance.uniform(0.3, 1.5))
            what = chance.choice(("cut", "reset", "stall", "down", "delay", "calm"))
            if what == "cut":
                proxy.cut(chance.random())
            elif what == "reset":
                proxy.cut(chance.random(), reset=True)
            elif what == "stall":
                proxy.stall()
                gevent.sleep(chance.uniform(0.5, 6))
                proxy.flow()
            elif what == "down":
                proxy.up = False
                proxy.cut()
                gevent.sleep(chance.uniform(0.5, 4))
                proxy.up = True
            elif what == "delay":
                proxy.delay = chance.choice((0, 0.05, 0.4))

    proxy.lost_answers = 0.02
    blowing = gevent.spawn(blow)
    try:
        yield
    finally:
        blowing.kill()
        proxy.flow()
        proxy.up, proxy.delay, proxy.lost_answers = True, 0.0, 0.0
