"""Plays scenes and measures: from the moment a request is sent to the moment each client hears of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Self

from metaia.dev.demo.client import Client, Heard, Sorry
from metaia.dev.demo.scenes import Scene

PATIENCE = 5.0  # seconds after which an event counts as lost
Key = tuple[str, str, str]  # who, event, what it says


@dataclass(frozen=True)
class Arrival:
    """One event of a scene; `ms` have passed since its request was sent."""

    heard: Heard
    ms: float

    @property
    def key(self) -> Key:
        return self.heard.who, self.heard.name, says(self.heard)


@dataclass(frozen=True)
class Played:
    """What came of a scene. `ms` is how long the request itself took."""

    order: dict[str, Any]
    started: float
    ms: float
    arrivals: list[Arrival]
    missing: set[Key]


class Stage:
    """The clients of the story, and the one queue into which all of them put what they hear."""

    def __init__(self, url: str, logins: tuple[str, ...]) -> None:
        self._inbox: SimpleQueue[Heard] = SimpleQueue()
        self.cast = {login: Client(url, login, self._inbox) for login in logins}
        self.problems: list[str] = []
        self._seen: set[tuple[str, str]] = set()

    def __enter__(self) -> Self:
        for client in self.cast.values():
            client.connect()
        waiting = set(self.cast)
        for heard in self._until(time.perf_counter() + PATIENCE):
            if heard.name == "sync" and heard.data.get("complete"):
                waiting.discard(heard.who)
            if not waiting:
                return self
        self.__exit__()
        raise Sorry(f"no `sync` for {', '.join(sorted(waiting))}")

    def __exit__(self, *_: object) -> None:
        for client in self.cast.values():
            client.close()

    def play(self, scene: Scene, order_id: str | None = None) -> Played:
        """Do what the scene says and wait until everyone has heard of it. What is missing becomes a problem."""
        body = dict(scene.body)
        if scene.action == "assign":
            body["deliveryPartnerId"] = self.cast["delivery"].id
        started = time.perf_counter()
        if order_id is None:
            body["partnerId"] = self.cast["tailor"].id
            order = self.cast[scene.who].call("POST", "/api/orders", body)["order"]
        else:
            order = self.cast[scene.who].call("PATCH", f"/api/orders/{order_id}/{scene.action}", body)[
                "order"
            ]
        took = time.perf_counter() - started
        missing, arrivals = self._hear(scene, order["id"], started)
        return Played(order, started, took * 1000, arrivals, missing)

    def _hear(self, scene: Scene, order_id: str, started: float) -> tuple[set[Key], list[Arrival]]:
        missing, arrivals = scene.expected(), []
        for heard in self._until(started + PATIENCE):
            if about(heard) == order_id:
                self._once(heard)
                arrival = Arrival(heard, (heard.at - started) * 1000)
                missing.discard(arrival.key)
                arrivals.append(arrival)
            if not missing:
                break
        self.problems += [f"{who} did not hear {name} {what}" for who, name, what in sorted(missing)]
        return missing, sorted(arrivals, key=lambda arrival: arrival.heard.at)

    def _once(self, heard: Heard) -> None:
        event = (heard.who, str(heard.data.get("eventId")))
        if event in self._seen:
            self.problems.append(f"{heard.who} heard {heard.name} {says(heard)} twice")
        self._seen.add(event)

    def _until(self, deadline: float) -> Any:
        while (left := deadline - time.perf_counter()) > 0:
            try:
                yield self._inbox.get(timeout=left)
            except Empty:
                return


def about(heard: Heard) -> str | None:
    """Return the id of the order that an event is about: an admin hears of everyone's."""
    data = heard.data.get("data", {}) if heard.name == "new_notification" else heard.data
    return str(data.get("orderId"))


def says(heard: Heard) -> str:
    """Return what tells an event from the others of its name: a status, or a notification's type."""
    return str(heard.data.get("type" if heard.name == "new_notification" else "status"))
