"""WebSocket frames (RFC 6455), read with limits before memory is given, and written whole.

Replaces gevent-websocket's reading after the handshake: that one takes a frame of any declared length, and unmasks and
checks text byte by byte in Python, which stalls every client of the process.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
POLICY = 1008  # close code: the server does not allow it
MOST_FRAGMENTS = 100  # of one message; no client of ours sends any
_FINAL, _RESERVED, _MASKED = 0x80, 0x70, 0x80
_NEVER_SENT = {1004, 1005, 1006, 1015}  # close codes that only mean something inside a program


class Violation(Exception):
    """The client broke the protocol or a limit; `code` is the close code to answer with (RFC 6455, 7.4.1)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return the one unmasked frame that carries `payload` from server to client."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", _FINAL | opcode, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", _FINAL | opcode, 126, size) + payload
    return struct.pack("!BBQ", _FINAL | opcode, 127, size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Return a close frame."""
    return frame(struct.pack("!H", code) + reason.encode()[:120], CLOSE)


def unmask(payload: bytes, mask: bytes) -> bytes:
    """Return masked `payload` in clear (RFC 6455, 5.3), as one operation on one large integer."""
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size)


class Parser:
    """Makes messages of what a client sends, however it arrives. `control(opcode, payload)` hears of pings and pongs.

    `end` is set when no more will be read: the close code and reason to answer with.
    """

    __slots__ = ("_control", "_left", "_limit", "_parts", "_size", "end")

    def __init__(self, limit: int, control: Callable[[int, bytes], None]) -> None:
        self._limit = limit
        self._control = control
        self._left = b""
        self._parts: list[bytes] = []
        self._size = 0  # of all parts
        self.end: tuple[int, str] | None = None

    def feed(self, data: bytes) -> list[str]:
        """Take bytes, and return the messages they complete."""
        messages: list[str] = []
        if self._left:
            data = self._left + data
        at = 0
        try:
            while self.end is None and (found := self._frame(data, at)) is not None:
                first, payload, at = found
                self._take(first, payload, messages)
        except Violation as violation:
            self.end = violation.code, violation.reason
        self._left = data[at:] if self.end is None else b""
        return messages

    def _frame(self, data: bytes, at: int) -> tuple[int, bytes, int] | None:
        """Return (first byte, payload, where the next begins) of the frame at `at`, None if it is not all there."""
        start = at + 2
        if len(data) < start:
            return None
        first, second = data[at], data[at + 1]
        size = second & 0x7F
        if size > 125:
            start += 2 if size == 126 else 8
            if len(data) < start:
                return None
            size = int.from_bytes(data[at + 2 : start])
        self._check(first, second, size)
        start += 4
        if len(data) < start + size:
            return None
        return first, unmask(data[start : start + size], data[start - 4 : start]), start + size

    def _check(self, first: int, second: int, size: int) -> None:
        """Refuse what the protocol forbids, and what is too large, before its payload is read."""
        opcode = first & 0x0F
        if first & _RESERVED:
            raise Violation(1002, "reserved bits")
        if not second & _MASKED:
            raise Violation(1002, "clients mask their frames")
        if opcode in (CLOSE, PING, PONG):
            if size > 125 or not first & _FINAL:
                raise Violation(1002, "control frames are short and whole")
        elif opcode == BINARY:
            raise Violation(1003, "text only")
        elif opcode not in (TEXT, CONTINUATION) or (opcode == CONTINUATION) != bool(self._parts):
            raise Violation(1002, "unexpected opcode")
        elif size > self._limit - self._size:
            raise Violation(1009, "message too large")

    def _take(self, first: int, payload: bytes, messages: list[str]) -> None:
        opcode = first & 0x0F
        if opcode in (PING, PONG):
            self._control(opcode, payload)
        elif opcode == CLOSE:
            self.end = _close_code(payload), ""
        else:
            self._parts.append(payload)
            self._size += len(payload)
            if first & _FINAL:
                messages.append(_text(b"".join(self._parts)))
                self._parts, self._size = [], 0
            elif len(self._parts) >= MOST_FRAGMENTS:
                raise Violation(POLICY, "too many fragments")


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Violation(1007, "not UTF-8") from None


def _close_code(payload: bytes) -> int:
    """Return the code to answer a client's close frame with: its own, if it is one."""
    if not payload:
        return 1000
    code = int.from_bytes(payload[:2])
    known = 1000 <= code <= 1014 or 3000 <= code <= 4999
    return code if len(payload) > 1 and known and code not in _NEVER_SENT else 1002
