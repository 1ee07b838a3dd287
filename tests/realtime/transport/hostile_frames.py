"""Bytes that no client library would send, each with the close code that answers them."""

from __future__ import annotations

import struct

from tests.support import raw_socket as raw
from tests.support.raw_socket import frame

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
