"""Actions: orders are accepted, and their customers receive the event."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from time import monotonic
from typing import Any

from benchmarks.load import wire
from benchmarks.load.clients import HttpClient, SocketClient
from benchmarks.load.hub import Hub, ignore
from benchmarks.load.logins import Logins
from benchmarks.load.seen import NOTICE, UPDATE, Clock, Seen, summary

_ID = b'"orderId":"'


class Actions:
    """`accept` of orders, and the events that their customers receive."""

    def __init__(self, hub: Hub, port: int, token: str, orders: list[str], connections: int) -> None:
        self.hub, self.waiting, self.token = hub, iter(orders), token
        self.total = len(orders)
        self.free = [HttpClient(hub, port) for _ in range(connections)]
        self.all = list(self.free)
        self.started: dict[bytes, float] = {}
        self.received, self.answers = array("d"), array("d")
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
            self.received.append(
                self.last_event - self.started.pop(data[at : at + 36])
            )  # KeyError if repeated
        elif data.startswith(NOTICE, start):
            self.notices += 1

    def run(self, due: Callable[[], float] | None) -> Seen:
        clock = Clock()
        self.hub.event = self.event
        try:
            self.hub.run(
                self.finished, 120, due, f"actions do not end: {len(self.answers)}, {len(self.received)}"
            )
        finally:
            self.hub.event = ignore
            for client in self.all:
                client.close()
        return clock.seen() | {
            "actions": self.total,
            "answered": self.last_answer - clock.begun,
            "received": self.last_event - clock.begun,
            "latency": summary(self.received),
            "answer": summary(self.answers),
        }

    def finished(self) -> bool:
        return min(len(self.answers), len(self.received), self.notices) >= self.total


def actions(
    hub: Hub, port: int, token: str, orders: list[str], rate: float, logins: dict[str, Any] | None = None
) -> Seen:
    """Accept `rate` orders per second, independent of the answers. Latency counts from the scheduled start.

    `logins` has `people` that log in concurrently, and their `rate`.
    """
    work = Actions(hub, port, token, orders, 64)
    others = Logins(hub, port, **(logins or {"people": [], "rate": 1}))
    begun, number = monotonic() + 0.05, 0

    def due() -> float:
        nonlocal number
        while number < len(orders) and (at := begun + number / rate) <= monotonic():
            if not work.free:
                return 0.001
            work.begin(at)
            number += 1
        return 0.05 if number >= len(orders) else begun + number / rate - monotonic()

    seen = work.run(lambda: min(due(), others.due()))
    return seen | {"rate": rate} | others.end()


def throughput(hub: Hub, port: int, token: str, orders: list[str], connections: int) -> Seen:
    """Accept orders, each as soon as one before is answered."""
    work = Actions(hub, port, token, orders, connections)

    def again() -> None:
        work.begin(monotonic(), again)

    for _ in range(min(connections, len(orders))):
        again()
    return work.run(None)
