"""Rounds of offers while the worker is killed between two waves, and while Redis is away.

`DISPATCH_ORDERS=40 DISPATCH_AWAY=30 make chaos ARGS="-k dispatch"` has more orders, and Redis away for 30 seconds.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import gevent
import psutil
import pytest

from metaia.core.json import Json
from metaia.core.times import now
from metaia.dev.services import private_redis
from tests.chaos.shopping.market import Market
from tests.e2e.stack import ended, kill, stack
from tests.support.people import Person, World
from tests.support.shops import PARIS, open_shop

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
ORDERS, AWAY = int(os.environ.get("DISPATCH_ORDERS", "3")), float(os.environ.get("DISPATCH_AWAY", "3"))
PLACES = {"near": 1, "middle": 5, "far": 11}  # km from the shop: the first, second and third wave reach them
LAST, MOST_JOBS = 4, 20
AGAIN = 20.0  # seconds between positions
SECONDS = 300.0  # a new worker has other jobs to do before
DEGREE = 111.2  # km of latitude
INFO = {"name": "Asha Rao", "phone": "+919876543210", "address": "12 Hill Road, Mumbai"}
PASS: LiteralString = "UPDATE delivery_waves SET next_at = now() WHERE next_at IS NOT NULL"
WAVES: LiteralString = """
    SELECT delivery_id::text, wave FROM delivery_waves JOIN orders ON orders.id = order_id WHERE partner_id = %s
"""
PUSHED: LiteralString = """
    SELECT user_id::text, data ->> 'deliveryId', count(*) FROM notifications WHERE type = 'delivery_offer' GROUP BY 1, 2
"""


@dataclass
class Round:
    """A shop with couriers at three distances, and orders that are offered to them."""

    market: Market
    world: World
    shop: Person
    customer: Person
    couriers: dict[str, Person]
    deliveries: list[str] = field(default_factory=list)

    def offer(self) -> str:
        """Make an order that is offered; return its delivery."""
        order = self.customer.order(partnerId=self.shop.id, customerInfo=INFO)
        for action in ("accept", "ready"):
            order = self.shop.act(order, action)
        self.deliveries.append(order["delivery"]["id"])
        return self.deliveries[-1]

    def courier(self, km: float) -> Person:
        """Return a new courier on shift, so far from the shop."""
        courier = self.world.person("delivery")
        assert courier.put("/api/couriers/me/shift", {"on": True, "vehicle": "bicycle"}).ok
        assert self.place(courier, km)
        return courier

    def place(self, courier: Person, km: float) -> bool:
        """Send the position of a courier; return whether it was stored."""
        at = {"lat": PARIS["lat"] + km / DEGREE, "lng": PARIS["lng"], "at": now().isoformat()}
        answer = self.market.ask(courier, "PUT", "/api/couriers/me/location", {"locations": [at]})
        return answer.ok

    def keep_places(self) -> None:
        """Send the positions again and again: they count for two minutes."""
        while True:
            gevent.sleep(AGAIN)
            for name, km in PLACES.items():
                self.place(self.couriers[name], km)

    def waves(self) -> dict[str, int]:
        """Return how many steps the round of each delivery has done."""
        return dict(self.market.own.rows(WAVES, self.shop.id))

    def reach(self, wave: int) -> None:
        """Wait until all rounds have done the step of a wave; steps are due at once."""
        self.market.wait(partial(self._has_reached, wave), f"the step of wave {wave}", SECONDS)

    def _has_reached(self, wave: int) -> bool:
        if min(self.waves().values()) >= wave:
            return True
        self.market.own.rows(PASS)
        return False

    def pushes(self) -> dict[str, list[int]]:
        """Return how often each courier got each delivery."""
        found = {(who, what): number for who, what, number in self.market.own.rows(PUSHED)}
        return {
            name: [found.get((courier.id, each), 0) for each in self.deliveries]
            for name, courier in self.couriers.items()
        }

    def open_at(self, courier: Person) -> set[str]:
        """Return the deliveries that are offered to a courier now."""
        listed: list[Json] = courier.get("/api/deliveries").json()["data"]["deliveries"]
        return {each["id"] for each in listed}

    def claim_all(self, by: list[Person]) -> None:
        """Claim all deliveries; each is offered until then, and not after it."""
        for delivery, courier in zip(self.deliveries, by, strict=True):
            assert delivery in self.open_at(courier)
            assert courier.post(f"/api/deliveries/{delivery}/claim", {}).ok
            assert delivery not in self.open_at(self.couriers["far"])


@pytest.fixture
def offering(environment: dict[str, str], tmp_path: Path) -> Iterator[Round]:
    """Give a shop on one web process; no worker runs."""
    settings = environment | {"COURIER_MAX_JOBS": str(MOST_JOBS), "RATELIMIT_ENABLED": "false"}
    with stack(settings, tmp_path) as (own, _):
        own.web()
        with World(own.url) as world:
            made = Round(Market(own), world, world.person("tailor"), world.person(), {})
            open_shop(made.shop)
            made.couriers = {name: made.courier(km) for name, km in PLACES.items()}
            keeping = gevent.spawn(made.keep_places)
            yield made
            keeping.kill()


def test_dispatch_goes_on_after_the_worker_was_killed_between_waves(offering: Round) -> None:
    own = offering.market.own
    for _ in range(ORDERS):
        offering.offer()
    worker = own.worker(METAIA_FAULT="after_commit")  # jobs are not done yet when their rows are
    assert ended(worker) == -signal.SIGKILL
    kill(worker)
    for wave in range(1, LAST):
        worker = own.worker()
        offering.reach(wave)
        kill(worker)
        done = offering.waves()
        for number, counts in enumerate(offering.pushes().values(), 1):
            assert counts == [int(done[each] >= number) for each in offering.deliveries]
        assert set(offering.deliveries) <= offering.open_at(offering.courier(2))  # one on shift since now
    declined = f"/api/deliveries/{offering.deliveries[0]}/decline"
    assert offering.couriers["near"].post(declined, {}).ok
    worker = own.worker()
    offering.reach(LAST)
    late = [offering.courier(1) for _ in range(0, ORDERS, MOST_JOBS)]
    assert all(set(offering.deliveries) <= offering.open_at(each) for each in late)
    assert offering.deliveries[0] not in offering.open_at(offering.couriers["near"])
    assert offering.pushes() == dict.fromkeys(PLACES, [1] * ORDERS)
    offering.claim_all([late[number // MOST_JOBS] for number in range(ORDERS)])
    kill(worker)


def test_dispatch_needs_no_redis_to_offer_and_goes_on_with_it(offering: Round, tmp_path: Path) -> None:
    own = offering.market.own
    worker = own.worker()
    offering.offer()
    offering.reach(1)
    psutil.Process(int((tmp_path / "redis" / "redis.pid").read_text())).kill()
    taken, waiting = offering.offer(), offering.offer()
    assert {taken, waiting} <= offering.open_at(offering.couriers["far"])
    assert offering.couriers["middle"].post(f"/api/deliveries/{taken}/claim", {}).ok
    assert offering.open_at(offering.couriers["far"]) == {offering.deliveries[0], waiting}
    gevent.sleep(AWAY)
    with private_redis(tmp_path / "second", port=urlsplit(own.settings["REDIS_URL"]).port):
        for wave in range(2, LAST + 1):
            offering.reach(wave)
        offering.deliveries.remove(taken)
        assert {number for counts in offering.pushes().values() for number in counts} == {1}
        offering.claim_all([offering.couriers["near"], offering.couriers["middle"]])
        assert worker.poll() is None
