"""Requests at a given rate, whether or not the server keeps up, and what they were answered."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import time
import uuid
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import gevent
from gevent.pool import Pool

from tests.support.people import Person

ANSWER_SECONDS = 20.0
TRIES = 20
Json = dict[str, Any]


class Load:
    """Customers who place orders, and a partner who accepts them; each request has a key, and is repeated with it."""

    def __init__(self, customers: list[Person], tailor: Person, per_second: float) -> None:
        self.customers, self.tailor, self.per_second = customers, tailor, per_second
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0
        self.placed: list[str] = []
        self.accepted: list[str] = []
        self.over = False

    def run(self) -> None:
        """Begin one action after another, until `over` is set; then wait for the answers."""
        pool, begun = Pool(200), time.monotonic()
        for number in itertools.count():
            if self.over:
                break
            gevent.sleep(max(0.0, begun + number / self.per_second - time.monotonic()))
            pool.spawn(self._act, number)
        pool.join(raise_error=True)

    def _act(self, number: int) -> None:
        """Place an order; every second action accepts one."""
        waiting = self.placed[len(self.accepted) :]
        if number % 2 and waiting:
            self.accepted.append(waiting[0])
            self._ask(self.tailor, "PATCH", f"/api/orders/{waiting[0]}/accept", {"estimatedTime": 20})
        else:
            customer = self.customers[number % len(self.customers)]
            body = {
                "items": [{"name": "Suit", "quantity": 1, "price": 9.5}],
                "partnerId": self.tailor.id,
            }
            self.placed.append(self._ask(customer, "POST", "/api/orders", body)["id"])

    def _ask(self, person: Person, method: str, path: str, body: Json) -> Json:
        headers = {
            "Authorization": f"Bearer {person.token}",
            "Idempotency-Key": uuid.uuid4().hex,
            "Content-Type": "application/json",
        }
        begun = time.monotonic()
        for _ in range(TRIES):
            try:
                status, answer = _call(person.world.url, method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                self.answers[type(error).__name__] += 1
                gevent.sleep(0.1)
                continue
            code = "" if status < 400 else f" {answer['error']['code']}"
            self.answers[f"{status}{code}"] += 1
            if not code:
                self.slowest = max(self.slowest, time.monotonic() - begun)
                order: Json = answer["data"]["order"]
                return order
            gevent.sleep(0.1)
        raise AssertionError(f"{method} {path} was never answered: {self.answers}")


def _call(url: str, method: str, path: str, body: Json, headers: dict[str, str]) -> tuple[int, Json]:
    """Send a request on a connection of its own; `requests` would take as much CPU time as the server."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=ANSWER_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
