"""Four ways to listen, alike from outside: generators of (name, data), with None at least every second.

They raise when they are cut, and cut the connection without a word when they are closed.
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
import socketio
import websocket
from gevent.queue import Empty, Queue

Json = dict[str, Any]
Heard = Iterator[tuple[str, Json] | None]
Listen = Callable[[str, str, str | None], Heard]  # url, token, cursor
QUIET = 1.0  # seconds
PATIENCE = 8.0  # for a handshake or an answer
SMALL_BUFFER = 8_192  # bytes: what a client does not read soon waits at the server


def by_socketio(url: str, token: str, cursor: str | None) -> Heard:
    """Listen with python-socketio."""
    heard: Queue[tuple[str, Json] | None] = Queue()
    client = socketio.Client(reconnection=False, handle_sigint=False)
    client.on("*", lambda name, data: heard.put((name, data)))
    client.on("disconnect", lambda *_: heard.put(None))
    auth = {"token": token} | ({"cursor": cursor} if cursor else {})
    try:
        client.connect(url, auth=auth, transports=["websocket"], wait_timeout=PATIENCE)
        while True:
            try:
                message = heard.get(timeout=QUIET)
            except Empty:
                yield None
                continue
            if message is None:
                raise ConnectionResetError("the server has gone")
            yield message
    finally:
        if client.eio.ws is not None:
            with contextlib.suppress(OSError):
                client.eio.ws.shutdown()
        with contextlib.suppress(Exception):
            client.shutdown()


def by_websocket(url: str, token: str, cursor: str | None) -> Heard:
    """Listen on `ws /ws`."""
    address = url.replace("http", "ws", 1) + "/ws" + (f"?cursor={cursor}" if cursor else "")
    small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)]
    wire = websocket.create_connection(
        address, timeout=PATIENCE, header=[f"Authorization: Bearer {token}"], sockopt=small
    )
    wire.settimeout(QUIET)
    try:
        while True:
            try:
                opcode, text = wire.recv_data()
            except websocket.WebSocketTimeoutException:
                yield None
                continue
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                raise ConnectionResetError(f"the server has closed: {text[2:].decode()}")
            message = json.loads(text)
            yield message["type"], message["data"]
    finally:
        wire.shutdown()


def by_stream(url: str, token: str, cursor: str | None) -> Heard:
    """Listen to the server-sent events of `GET /api/events`."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=PATIENCE) as wire:
        last = f"Last-Event-ID: {cursor}\r\n" if cursor else ""
        request = f"GET /api/events HTTP/1.0\r\nHost: test\r\nAuthorization: Bearer {token}\r\n{last}\r\n"
        wire.sendall(request.encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += _some(wire)
        head, _, got = got.partition(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise ConnectionError(head[:100])
        wire.settimeout(QUIET)
        while True:
            *blocks, got = got.split(b"\n\n")
            yield from (told for block in blocks if (told := _read_block(block)))
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
    fields = dict(
        line.split(": ", 1) for line in block.decode().split("\n") if ": " in line and line[0] != ":"
    )
    return (fields["event"], json.loads(fields["data"])) if "event" in fields else None


def by_polling(url: str, token: str, cursor: str | None) -> Heard:
    """Ask `GET /api/sync` again and again."""
    with requests.Session() as http:
        http.headers["Authorization"] = f"Bearer {token}"
        while True:
            asked: Json = {"cursor": cursor, "wait": 1, "limit": 137} if cursor else {}
            answer = http.get(f"{url}/api/sync", params=asked, timeout=PATIENCE)
            if not answer.ok:
                raise ConnectionError(answer.status_code)
            page = answer.json()["data"]
            yield from ((event["type"], event["data"]) for event in page["events"])
            cursor = page["cursor"]
            yield "sync", {"cursor": cursor, "resync": page["resync"]}


TRANSPORTS: dict[str, Listen] = {
    "socketio": by_socketio,
    "websocket": by_websocket,
    "stream": by_stream,
    "polling": by_polling,
}
FAILURES = (
    OSError,
    websocket.WebSocketException,
    socketio.exceptions.SocketIOError,
    requests.RequestException,
    ValueError,  # half an answer
)
