"""The two kinds of connections: a Socket.IO client on a WebSocket, and a keep-alive HTTP client."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from benchmarks.load import wire
from benchmarks.load.hub import Hub

_RESET = struct.pack(
    "ii", 1, 0
)  # close without TIME_WAIT: thousands of closed sockets would exhaust the ports


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.setblocking(False)
    return connection


class SocketClient:
    """A Socket.IO client: connects, answers pings, and passes events to the hub."""

    __slots__ = ("count", "cursor", "hub", "left", "login", "number", "ready", "sock", "sync", "upgraded")

    def __init__(self, hub: Hub, port: int, login: dict[str, Any], *, sync: bool) -> None:
        self.hub, self.sync = hub, sync
        self.login = f"40{json.dumps(login, separators=(',', ':'))}"
        self.left = b""
        self.count = self.number = 0
        self.cursor = ""
        self.ready = self.upgraded = False
        self.sock = _connected(port)
        hub.add(self.sock.fileno(), self.readable)
        self.sock.send(wire.upgrade(port))

    def readable(self) -> None:
        try:
            data = self.sock.recv(262_144)
        except BlockingIOError:
            return
        except OSError as error:
            self.fail(str(error))
            return
        if not data:
            self.fail("the server closed a connection")
            return
        if self.left:
            data = self.left + data
            self.left = b""
        if not self.upgraded:
            data = self._handshake(data)
        self._frames(data)

    def _handshake(self, data: bytes) -> bytes:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self.left = data
            return b""
        if not data.startswith(b"HTTP/1.1 101"):
            self.fail(f"no upgrade: {data[:80]!r}")
        self.upgraded = True
        return data[end + 4 :]

    def _frames(self, data: bytes) -> None:
        at, size = 0, len(data)
        event = self.hub.event
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length == 126:
                if size - at < 4:
                    break
                length, start = data[at + 2] << 8 | data[at + 3], at + 4
            elif length == 127:
                if size - at < 10:
                    break
                length, start = int.from_bytes(data[at + 2 : at + 10]), at + 10
            end = start + length
            if end > size:
                break
            if self.ready and data.startswith(b"42", start):
                event(self, data, start, end)
            else:
                self._control(data, at, start, end)
            at = end
        if at < size:
            self.left = data[at:] if at else data

    def _control(self, data: bytes, at: int, start: int, end: int) -> None:
        if data[at] == 0x88:
            self.fail("the server said goodbye")
            return
        text = data[start:end]
        if text == b"2":
            self.say("3")
        elif text.startswith(b"0"):
            self.say(self.login)
        elif text.startswith(b"40"):
            if not self.sync:
                self._is_ready()
        elif text.startswith(b"42"):
            if text.startswith(b'42["sync"') and b'"complete":true' in text:
                self._is_ready()
            else:
                self.hub.event(self, data, start, end)
        elif text.startswith(b"41"):
            self.close()
            self.hub.dropped(self)
        elif text.startswith(b"44"):
            self.fail(f"refused: {text[:200]!r}")

    def _is_ready(self) -> None:
        self.ready = True
        self.hub.ready += 1

    def say(self, text: str) -> None:
        self.sock.send(wire.frame(text))

    def fail(self, why: str) -> None:
        self.hub.failures.append(why)
        self.close()

    def close(self) -> None:
        with suppress(KeyError, OSError, ValueError):
            self.hub.remove(self.sock.fileno())
        self.sock.close()


UNCHANGED = 304


class HttpClient:
    """A keep-alive HTTP client, one request at a time. `then(status)` gets each answer; `strict` fails on errors.

    The server closes connections that are idle for long; the next request opens another one.
    """

    def __init__(self, hub: Hub, port: int, *, strict: bool = True) -> None:
        self.hub, self.port, self.strict = hub, port, strict
        self.then: Callable[[int], None] | None = None
        self._open()

    def ask(self, request: bytes, then: Callable[[int], None]) -> None:
        if self.closed:
            self._open()
        self.then = then
        self.sock.send(request)

    def _open(self) -> None:
        self.sock = _connected(self.port)
        self.data, self.closed = b"", False
        self.hub.add(self.sock.fileno(), self.readable)

    def readable(self) -> None:
        try:
            data = self.sock.recv(65_536)
        except BlockingIOError:
            return
        if not data:
            if self.then is not None:
                self.hub.failures.append("the server closed an HTTP connection before it answered")
            self.close()
            return
        self.data += data
        answer = wire.answered(self.data)
        if answer is None or self.then is None:
            return
        if answer[0] >= 300 and answer[0] != UNCHANGED and self.strict:
            self.hub.failures.append(f"answered with {self.data[:400]!r}")
        self.data = self.data[answer[1] :]
        then, self.then = self.then, None
        then(answer[0])

    def close(self) -> None:
        with suppress(KeyError, OSError, ValueError):
            self.hub.remove(self.sock.fileno())
        self.sock.close()
        self.closed = True
