"""A raw client: a TCP connection and the bytes on it."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
from threading import Lock
from typing import Any, Self
from urllib.parse import urlsplit

from metaia.extensions import socketio
from metaia.realtime.clients import connections
from metaia.realtime.transport.engineio_socket import FastSocket
from tests.support.people import WAIT, Person

PING, PONG, CLOSE, TEXT, CONTINUATION = 9, 10, 8, 1, 0
SOCKET_IO = "/socket.io/?EIO=4&transport=websocket"


def frame(
    payload: bytes | str,
    opcode: int = TEXT,
    *,
    final: bool = True,
    mask: bytes = bytes(4),
    size: int | None = None,
) -> bytes:
    """Return a masked frame; `size` is its declared length."""
    data = payload.encode() if isinstance(payload, str) else payload
    declared = len(data) if size is None else size
    head = bytes([opcode | (0x80 if final else 0)])
    if declared < 126:
        head += bytes([0x80 | declared])
    elif declared < 65_536:
        head += bytes([0x80 | 126]) + struct.pack("!H", declared)
    else:
        head += bytes([0x80 | 127]) + struct.pack("!Q", declared)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


class Raw:
    """One WebSocket. `early` is sent in the same packet as the handshake."""

    def __init__(
        self,
        url: str,
        *,
        path: str = SOCKET_IO,
        query: str = "",
        early: bytes = b"",
        buffer: int | None = None,
    ) -> None:
        self.wire, self._sending = socket.socket(), Lock()
        if buffer:
            self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.wire.settimeout(WAIT)
        self.wire.connect(("127.0.0.1", urlsplit(url).port or 0))
        key = base64.b64encode(os.urandom(16)).decode()
        self.send(
            f"GET {path}{query} HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
            + early
        )
        self.got = b""
        self.status = self._until(b"\r\n\r\n").split(b"\r\n")[0].decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wire.close()

    def send(self, *data: bytes) -> None:
        with self._sending:  # else the answer to a ping may get into the middle of a frame
            self.wire.sendall(b"".join(data))

    def send_text(self, *texts: str) -> None:
        self.send(*(frame(text) for text in texts))

    def next(self) -> tuple[int, bytes]:
        """Return opcode and payload of the server's next frame; CLOSE and b"" when the connection has ended."""
        try:
            first, size = self._exactly(2)
            if size > 125:
                size = int.from_bytes(self._exactly(2 if size == 126 else 8))
            return first & 0x0F, self._exactly(size)
        except ConnectionError:
            return CLOSE, b""

    def text(self) -> str:
        """Return the next text message; pings before it are answered."""
        while (got := self.next()) == (TEXT, b"2"):
            self.send_text("3")
        assert got[0] == TEXT, got
        return got[1].decode()

    def until(self, start: str) -> str:
        """Return the next text message that begins with `start`."""
        while not (text := self.text()).startswith(start):
            pass
        return text

    def close_code(self) -> int | None:
        """Return the code with which the server closes, or None if it closes without one."""
        while (got := self.next())[0] != CLOSE:
            pass
        return int.from_bytes(got[1][:2]) if got[1] else None

    def wait_closed(self) -> bool:
        """Wait until the server has ended the connection."""
        try:
            while self.wire.recv(65_536):
                pass
        except ConnectionError:
            pass
        return True

    def login(self, person: Person, **auth: Any) -> str:
        """Complete the Socket.IO handshake, and return the sid."""
        self.until("0{")
        self.send_text("40" + json.dumps({"token": person.token} | auth))
        sid: str = json.loads(self.until("40")[2:])["sid"]
        self.until('42["sync"')
        return sid

    def _exactly(self, count: int) -> bytes:
        while len(self.got) < count:
            more = self.wire.recv(65_536)
            if not more:
                raise ConnectionError
            self.got += more
        taken, self.got = self.got[:count], self.got[count:]
        return taken

    def _until(self, mark: bytes) -> bytes:
        deadline = time.monotonic() + WAIT
        while mark not in self.got:
            assert time.monotonic() < deadline
            self.got += self.wire.recv(65_536)
        found, _, self.got = self.got.partition(mark)
        return found


def eio_of(sid: str) -> FastSocket:
    """Return the server's object of a Socket.IO client."""
    eio_sid = socketio.server.manager.eio_sid_from_sid(sid, "/")
    client: FastSocket = socketio.server.eio.sockets[eio_sid]
    return client


def sids_of(person: Person) -> list[str]:
    """Return the sids of a person's connections."""
    return [
        sid for sid, connection in connections.open_connections.items() if connection.actor.id == person.id
    ]
