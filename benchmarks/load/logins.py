"""Logins at a constant rate, while another task is measured."""

from __future__ import annotations

from array import array
from collections import Counter
from time import monotonic
from typing import Any

from benchmarks.load import wire
from benchmarks.load.clients import HttpClient
from benchmarks.load.hub import Hub
from benchmarks.load.seen import Seen, summary

CONNECTIONS = 100


class Logins:
    """`rate` logins per second, independent of the answers, until the other task ends. Failures are only counted."""

    def __init__(self, hub: Hub, port: int, people: list[dict[str, Any]], rate: float) -> None:
        self.free = [HttpClient(hub, port, strict=False) for _ in range(CONNECTIONS)]
        self.all = list(self.free)
        self.waiting, self.rate = iter(people), rate
        self.begun, self.asked = monotonic(), 0
        self.answers: Counter[int] = Counter()
        self.seconds = array("d")

    def due(self) -> float:
        while (left := self.begun + self.asked / self.rate - monotonic()) <= 0:
            person = next(self.waiting, None)
            if person is None or not self.free:
                return 0.05
            self._ask(person)
        return left

    def _ask(self, person: dict[str, Any]) -> None:
        self.asked += 1
        client, since = self.free.pop(), monotonic()

        def answered(status: int) -> None:
            self.free.append(client)
            self.answers[status] += 1
            if status == 200:
                self.seconds.append(monotonic() - since)

        client.ask(wire.request("POST", "/api/auth/login", person), answered)

    def end(self) -> Seen:
        seconds = monotonic() - self.begun
        for client in self.all:
            client.close()
        served, asked = self.answers[200] / seconds, self.asked / seconds
        unexpected = self.answers.keys() - {200, 503}
        if unexpected:
            raise RuntimeError(f"logins were answered {unexpected}")
        return {"asked_s": asked, "served_s": served, "login": summary(self.seconds)}
