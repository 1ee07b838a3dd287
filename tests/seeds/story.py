"""Two web processes, three pages, and the orders that the pages must show."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import gevent
import jwt

from metaia.core.json import Json
from tests.chaos.installation import promote
from tests.clients.proxy import Proxy
from tests.e2e.stack import Stack
from tests.seeds import pages
from tests.support.people import Person, World
from tools.chromium import Browser, Tab

TOKEN_LIFE = 45.0  # seconds
PATIENCE = 30.0
ROOM_ONLY: LiteralString = """
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'event', 'notification.created',
           json_build_object('id', gen_random_uuid(), 'type', 'test', 'title', 'A test', 'message', '',
                             'data', json_build_object('number', %s::int), 'actions', json_build_array(),
                             'createdAt', now()),
           ARRAY[%s], clock_timestamp()"""
TIMING = {"pending": "Pending", "accepted": "Preparing", "ready": "Ready"}
# The versions of orders and the numbers that a page has received: an event that came twice has the same `eventId`.
VERSIONS = """[...new Map(events("Order updated:").map((data) => [data.eventId, data])).values()]
    .map(({ orderId, order }) => `${orderId} ${order.version}`).sort()"""
NUMBERS = """[...new Map(events("Notification:").map((data) => [data.eventId, data])).values()]
    .map(({ data }) => data.number).filter(Boolean)"""
NEW = "[...new Set(logs.filter(([text]) => text === '✅ New order received:').map(([, { id }]) => id))]"


def short(person: Person, settings: dict[str, str]) -> str:
    """Return the person's token with another end: TOKEN_LIFE from now."""
    claims = jwt.decode(person.token, options={"verify_signature": False})
    header = jwt.get_unverified_header(person.token)
    claims["exp"] = int(time.time() + TOKEN_LIFE)
    return jwt.encode(claims, settings["JWT_SECRET_KEY"], headers={"kid": header["kid"]})


class Story:
    """Two web processes, three pages, and the orders that they must show."""

    def __init__(self, own: Stack, proxy: Proxy, browser: Browser, origin: str, folder: Path) -> None:
        self.own, self.proxy, self.browser, self.origin, self.folder = own, proxy, browser, origin, folder
        self.orders: list[Json] = []
        self.numbers = 0
        self.tabs: dict[str, Tab] = {}

    def begin(self, world: World) -> None:
        """Open the pages of a customer, a tailor and an admin, and let the customer follow an order."""
        self.customer, self.tailor, self.admin = (
            world.person(),
            world.person("tailor"),
            promote(self.own, world),
        )
        self.ends = time.time() + TOKEN_LIFE
        people = {"customer": self.customer, "tailor": self.tailor, "dashboard": self.admin}
        for name, person in people.items():
            parts = pages.DASHBOARD if name == "dashboard" else pages.APP
            pages.write(self.folder, name, parts, short(person, self.own.settings))
            self.tabs[name] = self.browser.open()
            self.tabs[name].go(f"{self.origin}/{name}.html")
        for name in ("customer", "tailor"):
            self.tabs[name].until("socket.connected")
        self.tabs["dashboard"].until("document.body.innerText.includes('🟢 Connected')")
        self.tabs["dashboard"].until(
            "logs.filter(([text]) => text === 'Connected to Timing API').length === 2"
        )
        self.place()
        self.tabs["customer"].run(f"void socket.emit('join_order_room', '{self.orders[0]['id']}')")
        self.judge("begin")

    def place(self) -> None:
        self.orders.append(self.customer.order(partnerId=self.tailor.id))

    def move(self) -> None:
        """Place an order, accept another one, make a third one ready, and send an event to the room that was joined."""
        waiting = [order for order in self.orders if self.status(order) == "pending"]
        accepted = [order for order in self.orders if self.status(order) == "accepted"]
        self.place()
        self.tailor.act(waiting[0], "accept")
        if accepted:
            self.tailor.act(accepted[0], "ready")
        self.numbers += 1
        self.own.rows(ROOM_ONLY, self.numbers, f"order-{self.orders[0]['id']}")

    def status(self, order: Json) -> str:
        return str(self.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]["status"])

    def judge(self, name: str) -> None:
        """Wait until each page shows what a new request is answered, and has had each event; take pictures."""
        truth = {order["id"]: self.status(order) for order in self.orders}
        for page in ("customer", "tailor"):
            self._wait(name, page, "states()", truth)
            self._wait(name, page, VERSIONS, sorted(self._versions()))
        self._wait(name, "customer", NUMBERS, list(range(1, self.numbers + 1)))
        shown = [[order["id"], TIMING[truth[order["id"]]]] for order in reversed(self.orders)]
        self._wait(name, "dashboard", "rows()", shown)
        self._wait(name, "dashboard", NEW, [order["id"] for order in self.orders])
        for page in ("customer", "tailor"):
            assert self.tabs[page].run("recovered.slice(1).every((one) => one)"), page
            assert self.tabs[page].run("recovered[0]") is False
        self._pictures(name)

    def _versions(self) -> Iterator[str]:
        for order in self.orders:
            version = self.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]["version"]
            yield from (f"{order['id']} {number}" for number in range(1, version + 1))

    def _wait(self, name: str, page: str, expression: str, expected: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while (found := self.tabs[page].run(expression)) != expected:
            if time.monotonic() > deadline:
                self._pictures(f"{name}-failed")
            assert time.monotonic() < deadline, (name, page, expression, found, expected)
            gevent.sleep(0.05)

    def _pictures(self, name: str) -> None:
        if folder := os.environ.get("PICTURES"):
            for page, tab in self.tabs.items():
                tab.picture(Path(folder) / f"{name}-{page}.png")

    def close(self) -> None:
        for tab in self.tabs.values():
            tab.close()

    def set_offline(self, offline: bool) -> None:
        for tab in self.tabs.values():
            tab.set_offline(offline)
