"""Plays scenes and measures the time from sending a request to the arrival of its events at each client."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from queue import Empty, SimpleQueue
from typing import Any, Self

from metaia.core.json import Json
from metaia.dev.demo.client import Client, DemoError, Received
from metaia.dev.demo.scenes import Scene

TIMEOUT = 5.0  # seconds; then an event counts as lost
NOTICES = ("new_notification", "notification")  # the events of a notification
POSITION, TIME = "position", "time"
OF_COURIERS = {"courier:location": POSITION, "delivery:eta": TIME}  # ephemeral events, which have one kind
KINDS = (
    "status",
    "kind",
    "action",
    "state",
    "reason",
)  # the first of these that an event has states its kind
Key = tuple[str, str, str]  # login, event, kind


@dataclass(frozen=True)
class Arrival:
    """One event of a scene, `ms` after its request was sent."""

    received: Received
    ms: float

    @property
    def key(self) -> Key:
        return self.received.login, self.received.name, kind_of(self.received)


@dataclass(frozen=True)
class Expected:
    """The events that were expected of a request; `ms` is its duration."""

    started: float
    ms: float
    arrivals: list[Arrival]
    missing: set[Key]


@dataclass(frozen=True)
class Step:
    """A request, what it states, and the events that followed."""

    login: str
    request: str
    what: str
    result: Expected


@dataclass(frozen=True)
class SceneResult(Expected):
    """The result of a scene."""

    order: Json


class DemoRun:
    """The connected clients, the one queue of their received events, and the problems found."""

    def __init__(self, url: str, logins: tuple[str, ...]) -> None:
        self._queue: SimpleQueue[Received] = SimpleQueue()
        self.clients = {login: Client(url, login, self._queue) for login in logins}
        self.problems: list[str] = []
        self._received: list[Received] = []
        self._seen: set[tuple[str, str]] = set()

    def __enter__(self) -> Self:
        for client in self.clients.values():
            client.connect()
        waiting = set(self.clients)
        for received in self._until(time.perf_counter() + TIMEOUT):
            if received.name == "sync" and received.data.get("complete"):
                waiting.discard(received.login)
            if not waiting:
                return self
        self.__exit__()
        raise DemoError(f"no `sync` for {', '.join(sorted(waiting))}")

    def __exit__(self, *_: object) -> None:
        for client in self.clients.values():
            client.close()

    def play(self, scene: Scene, order_id: str | None = None) -> SceneResult:
        """Send the request of a scene and wait for its events. Each missing or repeated event becomes a problem."""
        body = dict(scene.body)
        if scene.action == "assign":
            body["deliveryPartnerId"] = self.clients["delivery"].id
        started = time.perf_counter()
        if order_id is None:
            body["partnerId"] = self.clients["tailor"].id
            order = self.clients[scene.login].call("POST", "/api/orders", body)["order"]
        elif scene.action == "pay":
            order = self.clients[scene.login].pay(order_id)
        else:
            order = self.clients[scene.login].call("PATCH", f"/api/orders/{order_id}/{scene.action}", body)[
                "order"
            ]
        took = time.perf_counter() - started
        found = self.expect(
            scene.expected(), lambda received: order_of(received) == order["id"], started, took * 1000
        )
        return SceneResult(**vars(found), order=order)

    def expect(
        self,
        wanted: set[Key],
        concerns: Callable[[Received], bool],
        started: float,
        ms: float,
        *,
        since: float | None = None,
        patience: float | None = None,
    ) -> Expected:
        """Wait for the wanted events among those that concern a request. Missing and repeated ones are problems.

        They may have arrived from `since` on, while other events were waited for. `patience` is in seconds.
        """
        missing, arrivals = set(wanted), []
        earlier = [each for each in self._received if since is not None and each.at >= since]
        deadline = started + (TIMEOUT if patience is None else patience)
        for received in chain(earlier, self._until(deadline)):
            if concerns(received):
                self._check_duplicate(received)
                arrival = Arrival(received, (received.at - started) * 1000)
                missing.discard(arrival.key)
                arrivals.append(arrival)
            if not missing:
                break
        self.problems += [f"{login} did not receive {name} {what}" for login, name, what in sorted(missing)]
        return Expected(started, ms, sorted(arrivals, key=lambda arrival: arrival.received.at), missing)

    def _check_duplicate(self, received: Received) -> None:
        if "eventId" not in received.data:  # ephemeral
            return
        event = (received.login, str(received.data["eventId"]))
        if event in self._seen:
            self.problems.append(f"{received.login} received {received.name} {kind_of(received)} twice")
        self._seen.add(event)

    def _until(self, deadline: float) -> Any:
        while (left := deadline - time.perf_counter()) > 0:
            try:
                received = self._queue.get(timeout=left)
            except Empty:
                return
            self._received.append(received)
            yield received


def order_of(received: Received) -> str | None:
    """Return the id of an event's order: an admin receives the events of all orders."""
    data = received.data.get("data", {}) if received.name == "new_notification" else received.data
    return str(data.get("orderId"))


def kind_of(received: Received) -> str:
    """Return what distinguishes events of one name: a status, a notification's type, or the kind of a message."""
    if received.name in NOTICES:
        return str(received.data.get("type"))
    found = (received.data[name] for name in KINDS if name in received.data)
    return OF_COURIERS.get(received.name) or str(next(found, None))


def short(path: str, parts: int = 2) -> str:
    """Return a path without its query for a line; of one with more than so many parts only the last one."""
    path = path.partition("?")[0]
    return path if path.count("/") <= parts else f"…/{path.rpartition('/')[2]}"
