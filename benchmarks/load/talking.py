"""Messages of chat: they are sent over REST, and connected participants receive the event."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Callable
from itertools import cycle
from time import monotonic

from benchmarks.load import wire
from benchmarks.load.clients import HttpClient, SocketClient
from benchmarks.load.hub import Hub, ignore
from benchmarks.load.seen import MESSAGE, Clock, Seen, summary

TEXT = "Is the linen shirt ready?"
_ID = b'"clientMessageId":"'


class Messages:
    """Messages to conversations in turn; each is received by `each` of the connected clients."""

    def __init__(
        self, hub: Hub, port: int, token: str, talks: list[str], count: int, each: int, connections: int
    ) -> None:
        self.hub, self.token, self.talks = hub, token, cycle(talks)
        self.total, self.each, self.sent = count, each, 0
        self.free = [HttpClient(hub, port) for _ in range(connections)]
        self.all = list(self.free)
        self.begun: dict[bytes, tuple[float, int]] = {}  # by client id: when, and how many receive it still
        self.received, self.answers = array("d"), array("d")
        self.last_answer = 0.0

    def send(self, since: float, then: Callable[[], object] = lambda: None) -> None:
        """Send a message, and call `then` after its answer."""
        client, client_id = self.free.pop(), str(uuid.uuid4())
        self.begun[client_id.encode()] = since, self.each
        self.sent += 1

        def answered(_: int) -> None:
            self.last_answer = monotonic()
            self.answers.append(self.last_answer - since)
            self.free.append(client)
            then()

        path = f"/api/chat/conversations/{next(self.talks)}/messages"
        body = {"clientMessageId": client_id, "text": TEXT}
        client.ask(wire.request("POST", path, body, self.token), answered)

    def event(self, client: SocketClient, data: bytes, start: int, end: int) -> None:
        if data.startswith(MESSAGE, start):
            at = data.find(_ID, start, end) + len(_ID)
            key = data[at : at + 36]
            begun, left = self.begun.pop(key)  # KeyError if all have received it
            self.received.append(monotonic() - begun)
            client.count += 1
            if left > 1:
                self.begun[key] = begun, left - 1

    def done(self, count: int) -> bool:
        """Return whether so many messages are answered and received."""
        return len(self.answers) >= count and len(self.received) >= count * self.each

    def run(self, work: Callable[[], None]) -> Seen:
        for client in self.hub.clients:
            client.count = 0
        clock = Clock()
        self.hub.event = self.event
        try:
            work()
        finally:
            self.hub.event = ignore
            for http in self.all:
                http.close()
        if self.each > 1 and {client.count for client in self.hub.clients} != {self.total}:
            raise RuntimeError("not every client has received every message once")
        return clock.seen() | {
            "answered": self.last_answer - clock.begun,
            "deliveries": len(self.received),
            "latency": summary(self.received),
            "answer": summary(self.answers),
        }

    def wait(self, count: int, due: Callable[[], float] | None = None) -> None:
        missing = f"messages are missing, of {count}"
        self.hub.run(lambda: self.done(count), 120, due, missing)


def messages(
    hub: Hub,
    port: int,
    token: str,
    talks: list[str],
    count: int,
    each: int = 0,
    connections: int = 1,
    rate: float | None = None,
) -> Seen:
    """Send messages: each after the last one was answered, or received by `each` clients if there are any.

    With `rate` so many per second independent of the answers; latency counts from the scheduled start.
    """
    work = Messages(hub, port, token, talks, count, each, connections)

    def one_at_a_time() -> None:
        for number in range(1, count + 1):
            work.send(monotonic())
            work.wait(number)

    def at_full_speed() -> None:
        def again() -> None:
            if work.sent < count:
                work.send(monotonic(), again)

        for _ in range(min(connections, count)):
            again()
        work.wait(count)

    def at_rate() -> None:
        begun = monotonic() + 0.05

        def due() -> float:
            while work.sent < count and (at := begun + work.sent / (rate or 1)) <= monotonic():
                if not work.free:
                    return 0.001
                work.send(at)
            return 0.05 if work.sent >= count else begun + work.sent / (rate or 1) - monotonic()

        work.wait(count, due)

    return work.run(at_rate if rate else one_at_a_time if each else at_full_speed)
