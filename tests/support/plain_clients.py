"""Clients without Socket.IO: plain WebSockets and event streams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import websocket

from tests.support.people import WAIT, Person, World

Json = dict[str, Any]


class Plain:
    """A plain WebSocket client."""

    def __init__(self, world: World, path: str) -> None:
        self.socket = websocket.create_connection(world.url.replace("http", "ws") + path, timeout=30)

    def next(self) -> Json:
        return json.loads(self.socket.recv())

    def close_code(self) -> tuple[int, str]:
        opcode, data = self.socket.recv_data()
        assert opcode == websocket.ABNF.OPCODE_CLOSE
        return int.from_bytes(data[:2]), data[2:].decode()


def refusal(world: World, path: str, **options: Any) -> tuple[int, str]:
    """Try to connect a plain WebSocket; return status and error code of the answer to its handshake."""
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        websocket.create_connection(world.url.replace("http", "ws") + path, timeout=WAIT, **options)
    body = json.loads(refused.value.resp_body or b"{}")
    assert body.keys() == {"status", "error", "requestId"}
    return refused.value.status_code, body["error"]["code"]


def ticket(person: Person) -> str:
    answer = person.post("/api/realtime/ticket")
    assert answer.status_code == 201
    return answer.json()["data"]["ticket"]


class stream:  # noqa: N801 - reads like a function
    """A server-sent events client: an iterator of `{id, event, data}`."""

    def __init__(self, person: Person, headers: dict[str, str], query: str = "") -> None:
        self.answer = requests.get(
            f"{person.world.url}/api/events{query}",
            headers={"Authorization": f"Bearer {person.token}"} | headers,
            stream=True,
            timeout=30,
        )

    def __enter__(self) -> Iterator[Json]:
        return self.events()

    def __exit__(self, *_: object) -> None:
        self.answer.close()

    def events(self) -> Iterator[Json]:
        event: Json = {}
        for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
            name, _, value = line.partition(": ")
            if not line and "data" in event:
                yield event | {"data": json.loads(event["data"])}
                event = {}
            elif name in ("id", "event", "data"):
                event[name] = value


@pytest.fixture
def connect(world: World) -> Iterator[Any]:
    made: list[Plain] = []

    def make(path: str) -> Plain:
        made.append(Plain(world, path))
        return made[-1]

    yield make
    for plain in made:
        plain.socket.shutdown()
