"""Clients reconnect with their cursors and get the events that they missed."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from time import monotonic
from typing import Any

from benchmarks.load import wire
from benchmarks.load.clients import HttpClient, SocketClient
from benchmarks.load.hub import Hub
from benchmarks.load.seen import NOTICE, Clock, Seen, summary

_CURSOR = b'"cursor":"'


class Replay:
    """Clients that reconnect with their cursors; a disconnected one reconnects with its newest cursor."""

    def __init__(self, hub: Hub, port: int, logins: list[dict[str, Any]]) -> None:
        self.hub, self.port, self.logins = hub, port, logins
        self.dropped = 0

    def run(self, due: Callable[[], float]) -> None:
        self.hub.event, self.hub.dropped = self.event, self.again
        self.hub.clients = []
        for number in range(len(self.logins)):
            self.hub.clients.append(self._client(number))
        self.hub.run(lambda: self.hub.ready >= len(self.logins), 240, due, "replay does not end")

    def event(self, client: SocketClient, data: bytes, start: int, end: int) -> None:
        if data.startswith(NOTICE, start):
            client.count += 1
            at = data.rfind(_CURSOR, start, end) + len(_CURSOR)
            client.cursor = data[at : data.find(b'"', at)].decode()

    def again(self, client: SocketClient) -> None:
        self.dropped += 1
        self.hub.ready -= client.ready
        if client.cursor:
            self.logins[client.number]["cursor"] = client.cursor
        new = self._client(client.number)
        new.count = client.count
        self.hub.clients[client.number] = new

    def _client(self, number: int) -> SocketClient:
        client = SocketClient(self.hub, self.port, self.logins[number], sync=True)
        client.number = number
        return client


class Reads:
    """Sequential GET requests, one per `every` seconds."""

    def __init__(self, hub: Hub, port: int, path: str, token: str, every: float) -> None:
        self.http = HttpClient(hub, port, strict=False)
        self.request, self.every = wire.request("GET", path, None, token), every
        self.seconds, self.refused, self.asked = array("d"), 0, 0.0

    def due(self) -> float:
        left = self.asked + self.every - monotonic()
        if self.http.then is not None or left > 0:
            return max(left, 0.001)
        self.asked = monotonic()
        self.http.ask(self.request, self._answered)
        return self.every

    def _answered(self, status: int) -> None:
        self.seconds.append(monotonic() - self.asked)
        self.refused += status != 200


def replay(hub: Hub, port: int, logins: list[dict[str, Any]], each: int, get: dict[str, Any]) -> Seen:
    """Reconnect all clients at once with their cursors, while other clients read over REST."""
    reads, quiet = Reads(hub, port, **get), monotonic() + 2
    hub.run(lambda: monotonic() >= quiet and reads.http.then is None, 10, reads.due)
    before, reads.seconds = summary(reads.seconds), array("d")
    work, clock = Replay(hub, port, logins), Clock()
    work.run(reads.due)
    seen = clock.seen()
    hub.run(lambda: reads.http.then is None, 10)
    reads.http.close()
    got = {client.count for client in hub.clients}
    if got != {each}:
        raise RuntimeError(f"clients were replayed {min(got)} to {max(got)} events, not {each}")
    meanwhile = {"read_meanwhile": summary(reads.seconds), "refused": reads.refused, "dropped": work.dropped}
    return seen | {"deliveries": each * len(logins), "read_before": before} | meanwhile
