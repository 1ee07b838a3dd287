"""WebSocket frames (RFC 6455), read with limits before memory is given, and written whole.

Replaces gevent-websocket's reading after the handshake: that one takes a frame of any declared length, and unmasks and
checks text byte by byte in Python, which stalls every client of the process.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CONTINUATION = 0
MOST_FRAGMENTS = 100  # of one message; no client of ours sends any
_HEAD = struct.Struct("!BB")


class Violation(Exception):
    """The client broke the protocol or a limit; `code` is the close code to answer with (RFC 6455, 7.4.1)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return the one unmasked frame that carries `payload` from server to client."""
    size = len(payload)
    if size < 126:
        return _HEAD.pack(0x80 | opcode, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x80 | opcode, 126, size) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Return a close frame."""
    return frame(struct.pack("!H", code) + reason.encode()[:120], CLOSE)


def unmask(payload: bytes, mask: bytes) -> bytes:
    """Return masked `payload` in clear (RFC 6455, 5.3), as one operation on one large integer."""
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size)


class Reader:
    """Reads a client's messages from `receive(n)`, which returns up to n bytes and b"" at the end."""

    def __init__(
        self, receive: Callable[[int], bytes], limit: int, control: Callable[[int, bytes], None]
    ) -> None:
        self.receive = receive
        self.limit = limit
        self.control = control  # is told of pings: (opcode, payload)
        self._left = b""

    def message(self) -> str | None:
        """Return the next text message, or None when the client has gone. Raises Violation."""
        parts: list[bytes] = []
        size = 0
        while (got := self._frame(self.limit - size, bool(parts))) is not None:
            final, payload = got
            parts.append(payload)
            size += len(payload)
            if len(parts) > MOST_FRAGMENTS:
                raise Violation(1008, "too many fragments")
            if final:
                return _text(b"".join(parts))
        return None

    def _frame(self, room: int, continued: bool) -> tuple[bool, bytes] | None:
        """Return (is it the last of its message, payload) of the next data frame, answering control frames."""
        while (head := self._exactly(2)) is not None:
            first, second = head
            opcode, final = first & 0x0F, bool(first & 0x80)
            size = self._size(second & 0x7F)
            _check(first, second, opcode, size, final, continued, room)
            rest = self._exactly(4 + size)
            if rest is None:
                return None
            payload = unmask(rest[4:], rest[:4]) if size else b""
            if opcode == CLOSE:
                return None
            if opcode in (PING, PONG):
                self.control(opcode, payload)
                continue
            return final, payload
        return None

    def _size(self, short: int) -> int:
        if short < 126:
            return short
        width = 2 if short == 126 else 8
        return int.from_bytes(self._exactly(width) or b"")

    def _exactly(self, count: int) -> bytes | None:
        while len(self._left) < count:
            more = self.receive(max(4096, count - len(self._left)))
            if not more:
                return None
            self._left += more
        taken, self._left = self._left[:count], self._left[count:]
        return taken


def _check(first: int, second: int, opcode: int, size: int, final: bool, continued: bool, room: int) -> None:
    """Refuse what the protocol forbids, and what is too large, before its payload is read."""
    if first & 0x70:
        raise Violation(1002, "reserved bits")
    if not second & 0x80:
        raise Violation(1002, "clients mask their frames")
    if opcode in (CLOSE, PING, PONG):
        if size > 125 or not final:
            raise Violation(1002, "control frames are short and whole")
    elif opcode == BINARY:
        raise Violation(1003, "text only")
    elif opcode not in (TEXT, CONTINUATION) or (opcode == CONTINUATION) != continued:
        raise Violation(1002, "unexpected opcode")
    elif size > room:
        raise Violation(1009, "message too large")


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Violation(1007, "not UTF-8") from None
