"""What the controller can ask for. Each task returns what it saw, with the clock and its own share of a core."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from time import monotonic, process_time
from typing import Any

from benchmarks.load import wire
from benchmarks.load.clients import HttpClient, SocketClient
from benchmarks.load.hub import Hub, ignore

Seen = dict[str, Any]
NOTICE, UPDATE = b'42["new_notification"', b'42["order_update"'
_ID, _CURSOR = b'"orderId":"', b'"cursor":"'


class Clock:
    """Seconds, and how much of them this process has worked."""

    def __init__(self) -> None:
        self.begun, self.worked = monotonic(), process_time()

    def seen(self) -> Seen:
        seconds = monotonic() - self.begun
        return {"seconds": seconds, "load_cpu": (process_time() - self.worked) / seconds if seconds else 0.0}


def summary(seconds: array[float]) -> dict[str, float]:
    """Return milliseconds."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    last = len(ordered) - 1
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "worst": 1.0}
    return {name: 1000 * ordered[round(last * share)] for name, share in shares.items()} | {"n": last + 1}


def connect(hub: Hub, port: int, tokens: list[str], *, sync: bool, window: int = 100) -> Seen:
    """Connect one client for each token, `window` of them at a time."""
    clock = Clock()
    wanted = len(hub.clients) + len(tokens)
    waiting: Iterator[str] = iter(tokens)

    def more() -> float:
        while len(hub.clients) - hub.ready < window:
            token = next(waiting, None)
            if token is None:
                break
            hub.clients.append(SocketClient(hub, port, {"token": token}, sync=sync))
        return 0.01

    hub.run(lambda: hub.ready >= wanted, 180, more, "clients do not get in")
    return clock.seen() | {"connected": hub.ready}


def fanout(hub: Hub, trigger: int, body: dict[str, Any], times: int, expect: int) -> Seen:
    """Have something emitted `times` times, each when all clients have all of the one before (`expect` in total)."""
    delays = array("d")
    note, clock, http = delays.append, Clock(), HttpClient(hub, trigger)
    request, begun, done = wire.request("POST", "/bench/emit", body), 0.0, 0
    name = NOTICE

    def event(client: SocketClient, data: bytes, start: int, _: int) -> None:
        if data.startswith(name, start):
            client.count += 1
            note(monotonic() - begun)

    def answered(_: int) -> None:
        nonlocal done
        done += 1

    for client in hub.clients:
        client.count = 0
    hub.event = event
    try:
        for turn in range(1, times + 1):
            begun = monotonic()
            http.ask(request, answered)
            hub.run(lambda: len(delays) >= turn * expect and done == turn, 60, what="events are missing")  # noqa: B023
    finally:
        hub.event = ignore
        http.close()
    each = {client.count for client in hub.clients}
    if hub.clients and each != {times * body["count"]}:
        raise RuntimeError(f"clients heard {each} events, not {times * body['count']}")
    return clock.seen() | {"deliveries": len(delays), "latency": summary(delays)}


class Actions:
    """`accept` of orders, and what their customers hear of it."""

    def __init__(self, hub: Hub, port: int, token: str, orders: list[str], connections: int) -> None:
        self.hub, self.waiting, self.token = hub, iter(orders), token
        self.total = len(orders)
        self.free = [HttpClient(hub, port) for _ in range(connections)]
        self.all = list(self.free)
        self.started: dict[bytes, float] = {}
        self.heard, self.answers = array("d"), array("d")
        self.notices = 0
        self.last_answer = self.last_event = 0.0

    def begin(self, since: float, again: Callable[[], None] | None = None) -> bool:
        """Accept the next order; False when there is none."""
        order = next(self.waiting, None)
        if order is None:
            return False
        client = self.free.pop()
        self.started[order.encode()] = since

        def answered(_: int) -> None:
            self.last_answer = monotonic()
            self.answers.append(self.last_answer - since)
            self.free.append(client)
            if again is not None:
                again()

        body = {"estimatedTime": 30, "message": "On it"}
        client.ask(wire.request("PATCH", f"/api/orders/{order}/accept", body, self.token), answered)
        return True

    def event(self, _: SocketClient, data: bytes, start: int, end: int) -> None:
        if data.startswith(UPDATE, start):
            at = data.find(_ID, start, end) + len(_ID)
            self.last_event = monotonic()
            self.heard.append(self.last_event - self.started.pop(data[at : at + 36]))  # twice is a KeyError
        elif data.startswith(NOTICE, start):
            self.notices += 1

    def run(self, due: Callable[[], float] | None) -> Seen:
        clock = Clock()
        self.hub.event = self.event
        try:
            self.hub.run(
                self.finished, 120, due, f"actions do not end: {len(self.answers)}, {len(self.heard)}"
            )
        finally:
            self.hub.event = ignore
            for client in self.all:
                client.close()
        return clock.seen() | {
            "actions": self.total,
            "answered": self.last_answer - clock.begun,
            "heard": self.last_event - clock.begun,
            "latency": summary(self.heard),
            "answer": summary(self.answers),
        }

    def finished(self) -> bool:
        return min(len(self.answers), len(self.heard), self.notices) >= self.total


def actions(hub: Hub, port: int, token: str, orders: list[str], rate: float) -> Seen:
    """Accept `rate` orders a second whatever the answers do; latency counts from when each was to begin."""
    work = Actions(hub, port, token, orders, 64)
    begun, number = monotonic() + 0.05, 0

    def due() -> float:
        nonlocal number
        while number < len(orders) and (at := begun + number / rate) <= monotonic():
            if not work.free:
                return 0.001
            work.begin(at)
            number += 1
        return 0.05 if number >= len(orders) else begun + number / rate - monotonic()

    return work.run(due) | {"rate": rate}


def throughput(hub: Hub, port: int, token: str, orders: list[str], connections: int) -> Seen:
    """Accept orders as fast as they are answered."""
    work = Actions(hub, port, token, orders, connections)

    def again() -> None:
        work.begin(monotonic(), again)

    for _ in range(min(connections, len(orders))):
        again()
    return work.run(None)


class Replay:
    """Clients that come back with their cursors; whoever is disconnected comes back again with what it has."""

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
    """One GET after the other, each `every` seconds."""

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
    """Let all clients come back at once with their cursors, and read over REST meanwhile."""
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
