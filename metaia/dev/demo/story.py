"""The users of the scenes of a shop, and the steps that they do."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from metaia.core.json import Json
from metaia.dev.demo.client import Received
from metaia.dev.demo.play import DemoRun, Expected, Step, order_of, short

CUSTOMER, PARTNER, COURIER, OTHER = "customer", "vendor", "delivery2", "delivery"
COURIERS = (COURIER, OTHER)
PARTIES = (CUSTOMER, PARTNER)
EVERYONE = (*PARTIES, "admin")


@dataclass
class Story:
    """The steps so far."""

    run: DemoRun
    shown: Callable[[Step], None]
    order: Json = field(default_factory=dict)

    def send(
        self, login: str, method: str, path: str, body: Json | None,
        what: str | Callable[[Json], str], *events: tuple[str, str, str],
        concerns: Callable[[Received], bool] = lambda _: True, patience: float | None = None,
    ) -> Json:  # fmt: skip
        """Send a request, and wait for these events (login, name, kind). Raises DemoError."""
        started = time.perf_counter()
        answer = self.run.clients[login].call(method, path, body)
        took = (time.perf_counter() - started) * 1000
        result = Expected(started, took, [], set())
        if events:
            names = {name for _, name, _ in events}

            def of_these(received: Received) -> bool:
                return received.name in names and concerns(received)

            result = self.run.expect({*events}, of_these, started, took, patience=patience)
        stated = what if isinstance(what, str) else what(answer)
        self.shown(Step(login, f"{method} {short(path)}", stated, result))
        return answer

    def act(
        self, login: str, action: str, body: Json, status: str, seen_by: tuple[str, ...], **notices: str
    ) -> None:
        """Change the order; these users get its update, and `notices` by login."""
        updates = [(each, "order_update", status) for each in seen_by]
        told = [(each, "new_notification", kind) for each, kind in notices.items()]
        path = f"/api/orders/{self.order['id']}/{action}"
        what = f"order {self.order['orderNumber']}"
        answer = self.send(login, "PATCH", path, body, what, *updates, *told, concerns=self._of_order)
        self.order = answer["order"]

    def read_order(self) -> Json:
        """Return the order as its customer sees it."""
        found: Json = self.run.clients[CUSTOMER].call("GET", f"/api/orders/{self.order['id']}")["order"]
        return found

    def _of_order(self, received: Received) -> bool:
        return bool(order_of(received) == self.order["id"])
