"""A minimal codec of WebSocket frames and HTTP/1.1 answers."""

from __future__ import annotations

import json
import struct
from typing import Any

_UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: bWV0YWlhLWJlbmNobWFyaw==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def upgrade(port: int) -> bytes:
    return _UPGRADE.format(port=port).encode()


def frame(text: str) -> bytes:
    """Return a client's text frame. Its mask is zero, so that the payload is unchanged."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB4x", 0x81, 0x80 | size) + payload
    return struct.pack("!BBH4x", 0x81, 0x80 | 126, size) + payload


def request(
    method: str, path: str, body: Any = None, token: str | None = None, known: str | None = None
) -> bytes:
    """Return a request; `known` is the entity tag of an answer that the client has."""
    content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    login = f"Authorization: Bearer {token}\r\n" if token else ""
    condition = f"If-None-Match: {known}\r\n" if known else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{login}{condition}"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def answered(data: bytes) -> tuple[int, int] | None:
    """Return (status, size of the answer in bytes), or None while it is incomplete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = data[:end].lower()
    if head[9:12] in {b"204", b"304"}:
        return int(head[9:12]), end + 4
    at = head.find(b"content-length:")
    if at < 0:
        raise ValueError(f"an answer without a length: {data[:200]!r}")
    size = end + 4 + int(head[at + 15 :].split(b"\r\n", 1)[0])
    return (int(head[9:12]), size) if len(data) >= size else None
