"""Users act on orders over REST by the allowed actions of each order; failed requests are retried with their key."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from typing import Any

import gevent
import requests

from tests.support.people import Person

Json = dict[str, Any]
ANSWER_SECONDS = 4.0  # seconds; a frozen process never answers
BODIES: dict[str, Json] = {
    "accept": {"estimatedTime": 20},
    "reject": {"reason": "too_busy"},
    "cancel": {"reason": "no"},
}


class Actors:
    """Users who place orders and act on them, and the answers they get."""

    def __init__(
        self, customers: list[Person], tailor: Person, courier: Person, admin: Person, seed: str
    ) -> None:
        self.customers, self.tailor, self.courier, self.admin = customers, tailor, courier, admin
        self.random = random.Random(seed)
        self.answers: Counter[str] = Counter()
        self.placed: list[str] = []  # the notes of orders that were acknowledged
        self.over = False

    def play(self) -> None:
        """Place and process one order after another, until `over` is set."""
        while not self.over:
            self._one_order()

    def _one_order(self) -> None:
        notes = uuid.uuid4().hex
        body = {"items": [{"name": "Suit", "quantity": 1, "price": 9.5}], "notes": notes}
        customer = self.random.choice(self.customers)
        order = self._ask(customer, "POST", "/api/orders", body | {"partnerId": self.tailor.id})
        if order is None:
            return
        assert order["notes"] == notes
        self.placed.append(notes)
        for _ in range(12):
            gevent.sleep(self.random.uniform(0, 0.3))
            person = self.random.choice((customer, self.tailor, self.tailor, self.courier, self.admin))
            seen = self._ask(person, "GET", f"/api/orders/{order['id']}", None)
            if self.over or (seen and seen["status"] in {"cancelled", "completed", "rejected"}):
                return
            if seen and seen["allowedActions"]:
                action = self.random.choice(seen["allowedActions"])
                more = (
                    {"deliveryPartnerId": self.courier.id} if action == "assign" else BODIES.get(action, {})
                )
                self._ask(person, "PATCH", f"/api/orders/{order['id']}/{action}", more)

    def _ask(self, person: Person, method: str, path: str, body: Json | None) -> Json | None:
        """Send a request until there is an answer, and return its order; None if it was refused or the run is over."""
        headers = {"Authorization": f"Bearer {person.token}", "Idempotency-Key": uuid.uuid4().hex}
        while not self.over:
            try:
                answer = requests.request(
                    method, person.world.url + path, json=body, headers=headers, timeout=ANSWER_SECONDS
                )
            except requests.RequestException as error:
                self.answers[type(error).__name__] += 1
                gevent.sleep(0.1)
                continue
            self.answers[f"{answer.status_code}"] += 1
            if answer.ok:
                order: Json = answer.json()["data"]["order"]
                return order
            if answer.status_code < 500 and answer.json()["error"]["code"] != "idempotency_in_flight":
                return None
            gevent.sleep(0.1)
        return None
