"""A stand-in for a pooler like PgBouncer: it accepts connections itself, and gives them a process id of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gevent
import gevent.socket as sockets
from gevent.server import StreamServer

KEY = b"K\x00\x00\x00\x0c"  # BackendKeyData and its length; process id and secret follow
READY = b"Z\x00\x00\x00\x05"  # ReadyForQuery: the handshake is over


@contextlib.contextmanager
def pooler(url: str) -> Iterator[str]:
    """Give the URL of a pooler before the PostgreSQL of `url`, which listens on a Unix socket."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query)["host"][0]

    def serve(client: Any, _: object) -> None:
        server = sockets.socket(sockets.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.5432")
        with client, server:
            there = gevent.spawn(_copy, client, server)
            _hide_process_id(server, client)
            _copy(server, client)
            there.kill()

    listener = StreamServer(("127.0.0.1", 0), serve)
    listener.start()
    try:
        yield f"postgresql://{parts.username}@127.0.0.1:{listener.server_port}{parts.path}"
    finally:
        listener.stop(timeout=1)


def _copy(source: Any, target: Any) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(sockets.SHUT_WR)


def _hide_process_id(server: Any, client: Any) -> None:
    """Forward the handshake with another process id."""
    held = b""
    while READY not in held and (data := server.recv(65_536)):
        held += data
        if held == b"N":  # the answer to a request for encryption
            client.sendall(held)
            held = b""
    before, found, after = held.partition(KEY)
    client.sendall(before + found + (b"\x00\x00\x00\x01" + after[4:] if found else b""))
