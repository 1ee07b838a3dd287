"""Five kinds of connections with the same interface: generators of (name, data), or of None at least every second.

They raise when they are disconnected, and drop the connection without closing it when they are closed. Messages in
`asks` are sent, where clients can send any; the answer is yielded as ("answer", {name, given, ok, …}).
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any

import requests
import socketio
import websocket
from gevent.queue import Empty, Queue

from tests.chaos.kinds import ANSWER_SECONDS, POLL_SECONDS, Json, Listen, Messages, Outgoing
from tests.chaos.streams import by_stream

SMALL_BUFFER = 8_192  # bytes; what a client does not read soon is buffered by the server


def by_socketio(url: str, token: str, cursor: str | None, asks: Outgoing) -> Messages:
    """Listen with python-socketio."""
    received: Queue[tuple[str, Json] | None] = Queue()
    client = socketio.Client(reconnection=False, handle_sigint=False)
    client.on("*", lambda name, data: received.put((name, data)))
    client.on("disconnect", lambda *_: received.put(None))
    auth = {"token": token} | ({"cursor": cursor} if cursor else {})
    try:
        client.connect(url, auth=auth, transports=["websocket"], wait_timeout=ANSWER_SECONDS)
        while True:
            while asks:
                name, given = asks.popleft()
                client.emit(
                    name, given, callback=partial(_answered, received, {"name": name, "given": given})
                )
            try:
                message = received.get(timeout=POLL_SECONDS)
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


def _answered(received: Queue[Any], asked: Json, answer: Json) -> None:
    received.put(("answer", answer | asked))


def by_websocket(url: str, token: str, cursor: str | None, _: Outgoing) -> Messages:
    """Listen on `ws /ws`."""
    header = [f"Authorization: Bearer {token}"]
    for message in _texts(url + "/ws" + (f"?cursor={cursor}" if cursor else ""), header):
        yield (message["type"], message["data"]) if message else None


def by_timing(url: str, token: str, cursor: str | None, _: Outgoing) -> Messages:
    """Listen on `ws /admin`, as Timing's admin pages do."""
    for message in _texts(f"{url}/admin?token={token}&cursor={cursor}", []):
        yield (message["type"], message) if message else None


def _texts(url: str, header: list[str]) -> Iterator[Json | None]:
    small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)]
    address = url.replace("http", "ws", 1)
    wire = websocket.create_connection(address, timeout=ANSWER_SECONDS, header=header, sockopt=small)
    wire.settimeout(POLL_SECONDS)
    try:
        while True:
            try:
                opcode, text = wire.recv_data()
            except websocket.WebSocketTimeoutException:
                yield None
                continue
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                raise ConnectionResetError(f"the server has closed: {text[2:].decode()}")
            yield json.loads(text)
    finally:
        wire.shutdown()


def by_polling(url: str, token: str, cursor: str | None, _: Outgoing) -> Messages:
    """Ask `GET /api/sync` again and again."""
    with requests.Session() as http:
        http.headers["Authorization"] = f"Bearer {token}"
        while True:
            asked: Json = {"cursor": cursor, "wait": 1, "limit": 137} if cursor else {}
            answer = http.get(f"{url}/api/sync", params=asked, timeout=ANSWER_SECONDS)
            if not answer.ok:
                raise ConnectionError(answer.json()["error"]["code"])
            page = answer.json()["data"]
            yield from ((event["type"], event["data"]) for event in page["events"])
            cursor = page["cursor"]
            yield "sync", {"cursor": cursor, "resync": page["resync"]}


TRANSPORTS: dict[str, Listen] = {
    "socketio": by_socketio,
    "websocket": by_websocket,
    "stream": by_stream,
    "polling": by_polling,
    "timing": by_timing,
}
FAILURES = (
    OSError,
    websocket.WebSocketException,
    socketio.exceptions.SocketIOError,
    requests.RequestException,
    ValueError,  # an incomplete answer
)
