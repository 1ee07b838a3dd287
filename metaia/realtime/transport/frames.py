"""WebSocket frames (RFC 6455): parsing checks limits before it allocates memory, and each message is one frame.

After the handshake this replaces gevent-websocket's reading. gevent-websocket accepts a frame of any declared length,
and unmasks and validates text byte by byte in Python, which stalls every client of the process.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
POLICY_VIOLATION = 1008  # close code
SERVICE_RESTART = 1012  # close code: reconnect, after a random delay (IANA's registry of close codes)
MAX_FRAGMENTS = 100  # of one message; METAIA's clients never fragment
_FINAL, _RESERVED, _MASKED = 0x80, 0x70, 0x80
_NEVER_SENT = {1004, 1005, 1006, 1015}  # close codes that must not appear in a frame (RFC 6455, 7.4.1)


class Violation(Exception):
    """The client broke the protocol or a limit; `code` is the close code for the answer (RFC 6455, 7.4.1)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return one unmasked frame with `payload`, as servers send it."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", _FINAL | opcode, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", _FINAL | opcode, 126, size) + payload
    return struct.pack("!BBQ", _FINAL | opcode, 127, size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Return a close frame. Control frames are at most 125 bytes long, so `reason` is cut at 120."""
    return frame(struct.pack("!H", code) + reason.encode()[:120], CLOSE)


def unmask(payload: bytes, mask: bytes) -> bytes:
    """Return `payload` XORed with the repeated `mask` (RFC 6455, 5.3), in one operation on one large integer."""
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size)


class Parser:
    """Assembles text messages from the bytes of a client, in whatever pieces they arrive.

    `control(opcode, payload)` is called for pings and pongs. `end` is the close code and reason for the answer, once
    the client has closed or broken the protocol; nothing is parsed after that.
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
        """Parse more bytes; return the messages that they complete."""
        messages: list[str] = []
        if self._left:
            data = self._left + data
        at = 0
        try:
            while self.end is None and (found := self._frame(data, at)) is not None:
                first, payload, at = found
                self._handle(first, payload, messages)
        except Violation as violation:
            self.end = violation.code, violation.reason
        self._left = data[at:] if self.end is None else b""
        return messages

    def _frame(self, data: bytes, at: int) -> tuple[int, bytes, int] | None:
        """Return (first byte, payload, start of the next frame) of the frame at `at`, or None if it is incomplete."""
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
        """Raise Violation for a forbidden or too large frame, before its payload is read."""
        opcode = first & 0x0F
        if first & _RESERVED:
            raise Violation(1002, "reserved bits")
        if not second & _MASKED:
            raise Violation(1002, "frame without mask")
        if opcode in (CLOSE, PING, PONG):
            if size > 125 or not first & _FINAL:
                raise Violation(1002, "control frame too long or fragmented")
        elif opcode == BINARY:
            raise Violation(1003, "text only")
        elif opcode not in (TEXT, CONTINUATION) or (opcode == CONTINUATION) != bool(self._parts):
            raise Violation(1002, "unexpected opcode")
        elif size > self._limit - self._size:
            raise Violation(1009, "message too large")

    def _handle(self, first: int, payload: bytes, messages: list[str]) -> None:
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
            elif len(self._parts) >= MAX_FRAGMENTS:
                raise Violation(POLICY_VIOLATION, "too many fragments")


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Violation(1007, "not UTF-8") from None


def _close_code(payload: bytes) -> int:
    """Return the code that answers a client's close frame: the client's own code if it is valid, else 1002."""
    if not payload:
        return 1000
    code = int.from_bytes(payload[:2])
    known = 1000 <= code <= 1014 or 3000 <= code <= 4999
    return code if len(payload) > 1 and known and code not in _NEVER_SENT else 1002
