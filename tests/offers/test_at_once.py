"""Several users, and the clock, change one offer in the same moment: exactly one outcome, and one order if accepted."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import gevent
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Problem
from metaia.core.json import Json
from metaia.core.times import now
from metaia.offers import queries, service
from metaia.offers.queries import Offer
from tests.offers.conftest import Negotiation, acted
from tests.support.offers import insert_offer, set_offer

STRAY = """
    SELECT offers.id::text FROM offers FULL JOIN orders ON orders.offer_id = offers.id
    WHERE coalesce(offers.seller_id, orders.partner_id) = :seller AND (
       (offers.id IS NOT NULL AND (offers.status = 'accepted') <> (orders.id IS NOT NULL))
       OR (orders.offer_id IS NOT NULL AND (offers.order_id IS DISTINCT FROM orders.id OR offers.total <> orders.total
           OR offers.deal_id <> orders.deal_id)))
"""
PAIRS = (
    "accept, accept",
    "accept, withdraw",
    "accept, revise",
    "accept, counter",
    "accept, expire",
    "reject, expire",
)
Call = Callable[[Offer], Any]


class Race:
    """The buyer has made an offer; each call is one side's action on it."""

    def __init__(self, app: Flask, deal: Negotiation) -> None:
        self.app, self.deal = app, deal
        self.buyer = Actor(deal.buyer.id, "customer", "", 0)
        self.seller = Actor(deal.seller.id, "tailor", "", 0)

    def accept(self, offer: Offer) -> Any:
        given: Json = {"quantities": {}, "message": None}
        return service.accept(self.seller, offer.id, given, version=frozenset({offer.version}))

    def act(self, actor: Actor, action: str, **given: Any) -> Call:
        return lambda offer: service.act(actor, offer.id, action, {"message": None} | given)

    def expire(self, offer: Offer) -> bool:
        set_offer(offer.id, expires_at=now() - timedelta(seconds=1))
        return service.expire(offer.id)

    def pairs(self) -> dict[str, tuple[Call, Call]]:
        """Return the pairs of actions that meet."""
        return {
            "accept, accept": (self.accept, self.accept),
            "accept, withdraw": (self.accept, self.act(self.buyer, "withdraw")),
            "accept, revise": (self.accept, self.act(self.buyer, "revise")),
            "accept, counter": (self.accept, self.act(self.seller, "counter")),
            "accept, expire": (self.accept, self.expire),
            "reject, expire": (self.act(self.seller, "reject", reason="price"), self.expire),
        }

    def run(self, calls: tuple[Call, ...]) -> tuple[Offer, list[object]]:
        """Do all calls on a new offer at once; return the offer after them, and their results or errors."""
        offer = insert_offer(self.deal.seller.id, self.deal.buyer.id)
        running = [gevent.spawn(self._call, call, offer) for call in calls]
        results = [each.get(timeout=60) for each in running]
        after = queries.get(offer.id)
        assert after is not None
        return after, results

    def _call(self, call: Call, offer: Offer) -> object:
        with self.app.app_context():
            try:
                return call(offer)
            except Problem as problem:
                return problem


def outcomes(results: list[object]) -> tuple[int, list[Conflict]]:
    """Return the number of calls that took effect, and the refusals."""
    refused = [each for each in results if isinstance(each, Problem)]
    assert all(isinstance(each, Conflict) for each in refused), refused
    return sum(each is not False for each in results) - len(refused), refused  # type: ignore[return-value]


def check(name: str, after: Offer, results: list[object]) -> None:
    """Check the outcome of a pair of actions."""
    won, refused = outcomes(results)
    assert won == 1 or (name == "accept, revise" and won == 2), (name, results)
    for each in refused:
        assert each.details["offer"]["id"] == after.id, name
        assert each.details["orderId"] == after.order_id, name
    steps = db.fetch_all(
        text("SELECT version FROM offer_steps WHERE offer_id = :id ORDER BY 1"), {"id": after.id}
    )
    assert [row.version for row in steps] == list(range(1, after.version + 1)), name


@pytest.fixture
def race(app: Flask, deal: Negotiation) -> Iterator[Race]:
    yield Race(app, deal)
    stray = [row[0] for row in db.fetch_all(text(STRAY), {"seller": deal.seller.id})]
    assert stray == []


def test_of_two_actions_at_once_one_happens(race: Race) -> None:
    """Proof 4, in short."""
    assert race.pairs().keys() == set(PAIRS)
    for name, pair in race.pairs().items():
        for calls in (pair, pair[::-1]) * 2:
            check(name, *race.run(calls))


@pytest.mark.chaos
@pytest.mark.parametrize("name", PAIRS)
def test_of_two_actions_at_once_one_happens_each_time(race: Race, name: str) -> None:
    """Two hundred rounds take more than a minute on a slow machine: choose the number with OFFER_ROUNDS."""
    pair = race.pairs()[name]
    for number in range(int(os.environ.get("OFFER_ROUNDS", "40"))):
        check(name, *race.run(pair if number % 2 else pair[::-1]))


def test_ten_acceptances_make_one_order(deal: Negotiation) -> None:
    """Case 22: half of them are repetitions with one key."""
    offer = deal.make()
    path, body = f"/api/offers/{offer['id']}/accept", {"expectedVersion": 1}

    def accept(number: int) -> Any:
        headers = {"Idempotency-Key": offer["id"]} if number % 2 else {}
        return deal.seller.patch(path, body, headers=headers)

    running = [gevent.spawn(accept, number) for number in range(10)]
    answers = [each.get(timeout=60) for each in running]
    codes = Counter(each.json()["error"]["code"] if not each.ok else "done" for each in answers)
    assert codes.keys() <= {"done", "stale_version", "illegal_transition", "idempotency_in_flight"}
    orders = {each.json()["data"]["order"]["id"] for each in answers if each.ok}
    assert len(orders) == 1
    for each in answers:
        if not each.ok and each.json()["error"]["code"] != "idempotency_in_flight":
            assert each.json()["error"]["details"]["orderId"] in orders
    found = db.fetch_all(text("SELECT id::text FROM orders WHERE offer_id = :id"), {"id": offer["id"]})
    assert {row.id for row in found} == orders


def test_two_offers_that_follow_one_are_one(deal: Negotiation) -> None:
    first = acted(deal.buyer, deal.make(), "withdraw")
    running = [gevent.spawn(deal.ask, previousOfferId=first["id"]) for _ in range(4)]
    assert Counter(each.get(timeout=60).status_code for each in running) == {201: 1, 409: 3}
