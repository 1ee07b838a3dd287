"""Twenty clients on a bad network lose nothing, get nothing twice, and end with the server's state.

STORM_SECONDS=600 makes it ten minutes, with the losses of two other clients in the same network.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from typing import Any

import gevent
import pytest

from metaia.core.json import Json
from tests.clients.node import Client, Process
from tests.clients.plain import Plain
from tests.clients.proxy import Proxy, storm
from tests.support.people import Person, World

pytestmark = (
    [pytest.mark.clients, pytest.mark.chaos] if "STORM_SECONDS" in os.environ else pytest.mark.clients
)
SECONDS = float(os.environ.get("STORM_SECONDS", "12"))
TRANSPORTS = ["socketio", "ws", "sse", "poll"]
PAIRS = 10  # a customer and a tailor each
WALK = ("accept", "prepare", "ready", "complete")


def log_of(person: Person, cursor: str) -> list[str]:
    """Return the ids of all events after `cursor` that the person may see, in order."""
    ids: list[str] = []
    more = True
    while more:
        page = person.get(f"/api/sync?limit=500&cursor={cursor}").json()["data"]
        ids += [event["data"]["eventId"] for event in page["events"]]
        cursor, more = page["cursor"], page["more"]
    return ids


def fresh_orders(person: Person) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    cursor = ""
    while True:
        body = person.get(f"/api/orders?limit=100{cursor and f'&cursor={cursor}'}").json()
        found |= {order["id"]: (order["version"], order["status"]) for order in body["data"]["orders"]}
        if body["meta"]["nextCursor"] is None:
            return found
        cursor = body["meta"]["nextCursor"]


def trade(customer: Person, tailor: Person, until: float, seed: int) -> None:
    """Place orders and walk them on, until the end."""
    chance = random.Random(seed)
    while time.monotonic() < until:
        order = customer.order(partnerId=tailor.id)
        for action in WALK[: chance.randrange(len(WALK) + 1)]:
            gevent.sleep(chance.uniform(0.1, 1.0))
            order = tailor.act(order, action)
        gevent.sleep(chance.uniform(0.1, 1.0))


def compare(client: Client, person: Person, cursor: str) -> Json:
    """Return what a client has lost, got twice or shows differently."""
    truth = log_of(person, cursor)
    client.until(lambda it: it.state == "live" and len(ids(it)) >= len(truth), 40)
    got = ids(client)
    shown = client.call("orders.store.getState")["byId"]
    fresh = fresh_orders(person)
    counts = Counter(got)
    return {
        "delivered": len(got),
        "lost": len(set(truth) - set(got)),
        "twice": sum(n - 1 for n in counts.values()),
        "out of order": [one for one in got if one in set(truth)] != truth,
        "before the start": len(set(got) - set(truth)),
        "differing": sum(
            fresh.get(key) != (order["version"], order["status"]) for key, order in shown.items()
        ),
        "missing": len(fresh.keys() - shown.keys()),
    }


def ids(client: Client) -> list[str]:
    return [line["data"]["eventId"] for line in client.lines if line.get("data", {}).get("eventId")]


class Others(Plain):
    """The two clients without a cursor."""

    def losses(self, truth: list[str], orders: dict[str, Any]) -> Json:
        """Return what they have lost, and end them."""
        assert self.process.stdin
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        gevent.sleep(1)
        shown = dict(next(line["orders"] for line in reversed(self.lines) if line["client"] == "hook"))
        got = {line["data"]["eventId"] for line in self.lines if line.get("name")}
        self.close()
        return {
            "socket.io-client lost": f"{len(set(truth) - got)} of {len(truth)} events",
            "hook lost": f"{len(orders.keys() - shown.keys())} of {len(orders)} orders",
        }


def test_a_bad_network_loses_nothing(world: World, clients: Process) -> None:
    with Proxy(int(world.url.rsplit(":", 1)[1])) as proxy:
        pairs = [(world.person(), world.person("tailor")) for _ in range(PAIRS)]
        people = [person for pair in pairs for person in pair]
        admin = world.staff() if SECONDS > 60 else None
        screens = []
        for n, person in enumerate(people):
            ways = [TRANSPORTS[n % 4]] if n < 16 else TRANSPORTS[n % 4 :] + TRANSPORTS[: n % 4]
            screens.append(clients.client(proxy.url, transports=ways, brief=True).live(person))
        others = Others(proxy, people[0], admin) if admin else None
        gevent.sleep(1 if others else 0)
        start = people[0].get("/api/sync").json()["data"]["cursor"]
        until = time.monotonic() + SECONDS
        with storm(proxy):
            work = [gevent.spawn(trade, *pair, until, n) for n, pair in enumerate(pairs)]
            gevent.joinall(work, raise_error=True)
        for screen in screens:
            screen.process.ask(client=screen.name, call=["network.send", True])
        results = [compare(*one, start) for one in zip(screens, people, strict=True)]
        total: Counter[str] = Counter()
        for one in results:
            total.update(one)
        print(dict(total))
        if others and admin:
            print(others.losses(log_of(people[0], start), fresh_orders(admin)))
        assert total.pop("delivered") > SECONDS
        total.pop("before the start")
        assert not any(total.values()), list(zip([s.name for s in screens], results, strict=True))
