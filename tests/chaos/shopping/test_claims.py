"""Couriers claim deliveries at once, through three web processes, while others cancel, release and assign them.

`CLAIM_JOBS=500 CLAIM_COURIERS=32 make chaos ARGS="-k couriers_at_once"` does more; `CHAOS_SEED=…` chooses others.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, LiteralString

import gevent
import pytest
import requests
from gevent.pool import Pool

from metaia.core.json import Json
from tests.chaos.shopping.market import Market, people
from tests.support.people import Person, Socket, World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
JOBS, COURIERS = int(os.environ.get("CLAIM_JOBS", "40")), int(os.environ.get("CLAIM_COURIERS", "12"))
WANTED_BY, AT_ONCE = 8, 4  # couriers that claim one delivery; deliveries that are claimed at the same time
MOST_ASSIGNED = 20
LIMIT = min(MOST_ASSIGNED, 1 + JOBS // COURIERS)  # so that some couriers reach it
SETTINGS = {"COURIER_MAX_JOBS": str(LIMIT)}
REFUSED = {"already_claimed", "not_offered", "off_shift", "too_many_jobs"}
# With a claim at the same moment: what the partner and the courier may be answered.
OTHERS = {"invalid_transition", "stale_version", "too_many_jobs", "courier_unavailable", "not_allowed"}
SHIFT = {"on": True, "vehicle": "bicycle"}
INFO = {"name": "Asha Rao", "phone": "+919876543210", "address": "12 Hill Road, Mumbai"}
COPIES: LiteralString = """
    INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('id', new.id, 'deal_id', new.id,
        'order_number', 'R' || left(new.id::text, 18), 'delivery_id', CASE WHEN o.delivery_id IS NOT NULL
        THEN gen_random_uuid() END))).*
    FROM orders o, LATERAL (SELECT gen_random_uuid() AS id FROM generate_series(1, %s) n WHERE o.id IS NOT NULL) new
    WHERE o.id = %s RETURNING id::text, delivery_id::text
"""
ROUNDS: LiteralString = """
    INSERT INTO delivery_waves SELECT id, courier_wanted_at, 'pool', 4, NULL FROM orders
    WHERE partner_id = %s AND courier_wanted_at IS NOT NULL ON CONFLICT DO NOTHING
"""
STEPS: LiteralString = """
    SELECT order_id::text, action FROM order_steps JOIN orders ON orders.id = order_id
    WHERE partner_id = %s ORDER BY order_id, order_steps.version
"""
CARRIED: LiteralString = """
    SELECT courier_id::text, count(*) FROM orders WHERE partner_id = %s AND courier_id IS NOT NULL
        AND status IN ('pending', 'accepted', 'preparing', 'ready', 'out_for_delivery') GROUP BY courier_id
"""


@dataclass
class Race:
    """The shop of the deliveries, its couriers, and what was answered."""

    market: Market
    shop: Person
    couriers: list[Person]
    chance: random.Random
    jobs: list[tuple[str, str]] = field(default_factory=list)  # order, delivery
    to_accept: list[str] = field(default_factory=list)
    claims: list[float] = field(default_factory=list)  # seconds
    accepts: list[float] = field(default_factory=list)
    assigned: Counter[str] = field(default_factory=Counter)

    def run(self, number: int) -> None:
        """Let couriers claim a delivery at once, with another action at the same moment."""
        order_id, delivery = self.jobs[number]
        wanting = self.chance.sample(self.couriers, min(WANTED_BY, COURIERS - 1))
        others = {1: self.cancel, 2: self.assign, 3: self.go_off_shift}
        disturbing = gevent.spawn(others.get(number % 5, self.accept), order_id, wanting)
        won = self.claimed_by(delivery, wanting)
        disturbing.get()
        if number % 5 == 4 and won is not None:  # release ∥ claim
            releasing = gevent.spawn(self.release, order_id, won)
            self.claimed_by(delivery, [each for each in wanting if each is not won])
            releasing.get()

    def claimed_by(self, delivery: str, wanting: list[Person]) -> Person | None:
        """Return the courier that has claimed a delivery; all others were refused with a reason."""
        tries = [gevent.spawn(self.claim, courier, delivery) for courier in wanting]
        codes = [each.get() for each in tries]
        assert set(codes) <= REFUSED | {"done"}, codes
        assert codes.count("done") <= 1, codes
        return next((who for who, code in zip(wanting, codes, strict=True) if code == "done"), None)

    def claim(self, courier: Person, delivery: str) -> str:
        began = time.monotonic()
        answer = self.market.ask(courier, "POST", f"/api/deliveries/{delivery}/claim", {})
        self.claims.append(time.monotonic() - began)
        return code(answer)

    def cancel(self, order_id: str, _: Any) -> None:
        self.act(self.shop, order_id, "cancel", {})

    def release(self, order_id: str, courier: Person) -> None:
        self.act(courier, order_id, "release", {"reason": "A flat tyre."})

    def assign(self, order_id: str, wanting: list[Person]) -> None:
        courier = next(each for each in self.couriers if each not in wanting)
        if self.act(self.shop, order_id, "assign", {"deliveryPartnerId": courier.id}) == "done":
            self.assigned[courier.id] += 1

    def go_off_shift(self, _: Any, wanting: list[Person]) -> None:
        for on in (False, True):
            answer = self.market.ask(wanting[0], "PUT", "/api/couriers/me/shift", SHIFT | {"on": on})
            assert answer.ok, answer.text

    def accept(self, _: Any, __: Any) -> None:
        if self.to_accept:
            began = time.monotonic()
            assert self.act(self.shop, self.to_accept.pop(), "accept", {}) == "done"
            self.accepts.append(time.monotonic() - began)

    def act(self, person: Person, order_id: str, action: str, body: Json) -> str:
        found = code(self.market.ask(person, "PATCH", f"/api/orders/{order_id}/{action}", body))
        assert found in OTHERS | {"done"}, (action, found)
        return found


def code(answer: requests.Response) -> str:
    return "done" if answer.ok else str(answer.json()["error"]["code"])


def prepared(market: Market, world: World) -> Race:
    """Return a race with copies of a ready order, and of one that is to be accepted."""
    shop, customer = world.person("tailor"), world.person()
    pending, ready = (customer.order(partnerId=shop.id, customerInfo=INFO) for _ in range(2))
    for action in ("accept", "ready"):
        ready = shop.act(ready, action)
    chance = random.Random(os.environ.get("CHAOS_SEED", "claims"))
    race = Race(market, shop, people(world, COURIERS, "delivery"), chance)
    race.jobs = [(order, delivery) for order, delivery in market.own.rows(COPIES, JOBS, ready["id"])]
    race.to_accept = [order for order, _ in market.own.rows(COPIES, JOBS // 2, pending["id"])]
    market.own.rows(ROUNDS, shop.id)
    for courier in race.couriers:
        assert courier.put("/api/couriers/me/shift", SHIFT).ok
    return race


def check_steps(race: Race) -> set[str]:
    """Check that no order that has a courier was claimed; return the orders of which the offer has ended."""
    closed = set()
    for order_id, steps in groupby(race.market.own.rows(STEPS, race.shop.id), key=lambda row: row[0]):
        taken = ended = False
        for _, action in steps:
            if action == "claim":
                assert not taken, order_id
                assert not ended, order_id
            taken = action in ("claim", "assign") or (taken and action not in ("release", "unassign"))
            ended = ended or action == "cancel"
            if taken or ended:
                closed.add(order_id)
    return closed


def missing(screens: list[Socket], deliveries: set[str]) -> int:
    """Return how many `delivery:closed` are missing at all screens."""
    return sum(len(deliveries - {data["id"] for data in screen.of("delivery:closed")}) for screen in screens)


def test_of_couriers_at_once_one_gets_each_delivery_and_all_see_it(market: Market) -> None:
    with World(market.own.url) as world:
        race = prepared(market, world)
        screens = [courier.socket() for courier in race.couriers]
        away = race.couriers[0].socket()
        cursor = away.cursor
        away.close()
        Pool(AT_ONCE).map(race.run, range(JOBS))
        closed = check_steps(race)
        deliveries = {delivery for order_id, delivery in race.jobs if order_id in closed}
        screens.append(race.couriers[0].socket(cursor))
        market.wait(lambda: not missing(screens, deliveries), "all are told that deliveries are closed")
    carried = dict(market.own.rows(CARRIED, race.shop.id))
    assert max(carried.values()) <= MOST_ASSIGNED
    assert {who: n for who, n in carried.items() if n > LIMIT + race.assigned[who]} == {}
    assert len(deliveries) > JOBS * 0.8
    assert [name for name in market.answers if name[0] == "5"] == []
    assert market.wrong() == {}
    claims, accepts = (sorted(times)[-1 - len(times) // 100] for times in (race.claims, race.accepts))
    print(
        f"p99 of claims {claims:.3f} s, of accepts {accepts:.3f} s, at most {LIMIT}; {dict(market.answers)}"
    )
