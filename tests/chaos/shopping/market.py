"""A shop and its customers on web processes that may be killed: requests, and the books afterwards."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, LiteralString

import gevent
import psutil
import requests

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.e2e.stack import Stack
from tests.support.people import Person, World

WEBS = 3
PATIENCE = 120.0  # seconds in which a killed process is replaced
AWAY = (requests.ConnectionError, requests.Timeout)
DEADLOCKS: LiteralString = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
# What each counter must be, from the rows that it counts.
STOCK: LiteralString = """
    SELECT count(*) FROM product_variants v WHERE v.stock IS NOT NULL AND v.stock <> v.stock_given - (
        SELECT coalesce(sum(CASE kind WHEN 'sold' THEN quantity ELSE -quantity END), 0)
        FROM stock_moves m WHERE m.variant_id = v.id AND m.counted)
"""
# Orders whose moves are not those of their status: a living one has sold, a dead one has given back.
MOVES: LiteralString = """
    SELECT count(*) FROM orders o, jsonb_array_elements(o.items) AS item WHERE item ? 'variantId' AND (
        SELECT array_agg(kind ORDER BY kind DESC) FROM stock_moves m
        WHERE m.order_id = o.id AND m.variant_id = (item ->> 'variantId')::uuid
    ) IS DISTINCT FROM CASE WHEN o.status IN ('rejected', 'cancelled')
        THEN ARRAY['sold', 'returned'] ELSE ARRAY['sold'] END::varchar[]
"""
USES: LiteralString = """
    SELECT count(*) FROM orders o WHERE (o.coupon_code IS NOT NULL) <> (o.discount > 0)
        OR o.coupon_code IS NOT NULL AND (
            SELECT array_agg(kind ORDER BY kind DESC) FROM coupon_uses u WHERE u.order_id = o.id
        ) IS DISTINCT FROM CASE WHEN o.status IN ('rejected', 'cancelled')
            THEN ARRAY['used', 'returned'] ELSE ARRAY['used'] END::varchar[]
"""
USED: LiteralString = """
    SELECT count(*) FROM coupons c WHERE c.used > c.usage_limit OR c.used <> (
        SELECT count(*) FROM orders o JOIN coupon_uses u ON u.order_id = o.id AND u.kind = 'used'
        WHERE u.coupon_id = c.id AND o.status NOT IN ('rejected', 'cancelled'))
"""


@dataclass
class Market:
    """Requests to an installation. What was answered is counted by status and code."""

    own: Stack
    answers: Counter[str] = field(default_factory=Counter)

    def ask(
        self, person: Person, method: str, path: str, body: Any = None, *, key: str = ""
    ) -> requests.Response:
        """Send a request on a connection of its own. Raises ConnectionError and Timeout."""
        headers = {"Authorization": f"Bearer {person.token}"} | ({"Idempotency-Key": key} if key else {})
        url = f"{self.own.url}{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=60)
        code = "" if answer.ok else f" {answer.json()['error']['code']}"
        self.answers[f"{answer.status_code}{code}"] += 1
        return answer

    def insist(self, person: Person, method: str, path: str, body: Any = None) -> requests.Response:
        """Send a request with a key until it is answered, as clients do whose process was killed."""
        key, deadline = new_id(), time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.ask(person, method, path, body, key=key)
            except AWAY:
                self.answers["lost"] += 1
            else:
                busy = not answer.ok and answer.json()["error"]["code"] == "idempotency_in_flight"
                if answer.status_code != 503 and not busy:
                    return answer
            assert time.monotonic() < deadline, f"{method} {path} is not answered: {self.answers}"
            gevent.sleep(0.2)

    def wait(self, true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
        """Wait until `true()`. It asks rarely, as the processes need the machine."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"not {what}: {self.answers} {self.own.log('worker')[-2000:]}"
            gevent.sleep(0.1)

    def kill_one(self, chance: random.Random) -> None:
        """Kill one of the web processes with SIGKILL, and wait until another has taken its place and serves."""
        parent = psutil.Process(self.own.processes[0].pid)
        chance.choice(parent.children()).kill()
        self.wait(lambda: len(parent.children()) == WEBS and self.own.ready(), "another process serves")

    def wrong(self) -> dict[str, int]:
        """Return what contradicts the rows that are counted, by name; it is empty if all is right."""
        every = {"stock": STOCK, "moves": MOVES, "uses": USES, "used": USED, "deadlocks": DEADLOCKS}
        found = {name: int(self.own.rows(query)[0][0]) for name, query in every.items()}
        return {name: number for name, number in found.items() if number}

    def failures(self) -> dict[str, int]:
        """Return the answers of 5xx other than the 503 of a process that is not ready or has no connection left."""
        return {name: n for name, n in self.answers.items() if name[0] == "5" and name[:3] != "503"}


def people(world: World, count: int, role: str = "customer") -> list[Person]:
    """Register users."""
    return [world.person(role) for _ in range(count)]


def items(product: Json, *, reverse: bool = False) -> list[Json]:
    """Return one item of each variant of a product, in the order of ids or the opposite one."""
    ids = sorted((each["id"] for each in product["variants"]), reverse=reverse)
    return [{"productId": product["id"], "variantId": each, "quantity": 1} for each in ids]
