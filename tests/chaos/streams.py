"""Listening to server-sent events."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

from tests.chaos.kinds import ANSWER_SECONDS, POLL_SECONDS, Json, Messages, Outgoing


def by_stream(url: str, token: str, cursor: str | None, __: Outgoing) -> Messages:
    """Listen to the server-sent events of `GET /api/events`."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=ANSWER_SECONDS) as wire:
        last = f"Last-Event-ID: {cursor}\r\n" if cursor else ""
        request = f"GET /api/events HTTP/1.0\r\nHost: test\r\nAuthorization: Bearer {token}\r\n{last}\r\n"
        wire.sendall(request.encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += _some(wire)
        head, _, got = got.partition(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise ConnectionError(head[:100])
        wire.settimeout(POLL_SECONDS)
        while True:
            *blocks, got = got.split(b"\n\n")
            for block in blocks:
                if block.startswith(b": ") and block != b": alive":
                    raise ConnectionResetError(f"the stream has ended{block.decode()}")
                if message := _read_block(block):
                    yield message
            try:
                got += _some(wire)
            except TimeoutError:
                yield None


def _some(wire: socket.socket) -> bytes:
    data = wire.recv(65_536)
    if not data:
        raise ConnectionResetError("the stream has ended")
    return data


def _read_block(block: bytes) -> tuple[str, Json] | None:
    fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line)
    return (fields["event"], json.loads(fields["data"])) if "event" in fields else None
