"""Many clients order with quotes while the partner changes the price: no order has another price than its quote.

`PRICE_CHANGES=200 PRICE_CLIENTS=50 make chaos ARGS="-k price"` does more.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import gevent
import pytest
from gevent.lock import BoundedSemaphore

from metaia.core.json import Json
from tests.chaos.shopping.market import Market, people
from tests.support.catalogues import add
from tests.support.people import Person, World
from tests.support.shops import open_shop

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
CHANGES, CLIENTS = int(os.environ.get("PRICE_CHANGES", "20")), int(os.environ.get("PRICE_CLIENTS", "10"))
CALM = 5  # of so many refusals one is followed by an order while the price stands still


@dataclass
class Race:
    """A product with a price that changes, and the orders that were made with a quote, by id."""

    market: Market
    shop: Person
    product: Json
    still: BoundedSemaphore = field(default_factory=BoundedSemaphore)
    totals: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    calm: int = 0
    ended: bool = False

    def change(self) -> None:
        """Set one price after the other."""
        for number in range(CHANGES):
            with self.still:
                path, body = f"/api/products/{self.product['id']}", {"price": 100 + number}
                answer = self.market.insist(self.shop, "PATCH", path, body)
            assert answer.status_code == 200, answer.text
            gevent.sleep(0)
        self.ended = True

    def buy(self, customer: Person) -> None:
        """Order with a quote, again and again, until the last price has been set."""
        body = {"partnerId": self.shop.id, "items": [{"productId": self.product["id"], "quantity": 2}]}
        while not self.ended:
            answer = self.market.insist(customer, "POST", "/api/orders/quote", body)
            assert answer.status_code == 200, answer.text
            quote = answer.json()["data"]["quote"]
            newer = self.order(customer, body, quote)
            if newer is None:
                continue
            self.refused += 1
            if self.refused % CALM:
                self.order(customer, body, newer)
            else:
                self.order_calmly(customer, body, newer)

    def order_calmly(self, customer: Person, body: Json, quote: Json) -> None:
        """While the price stands still, the quote of a refusal succeeds when it is sent at once and unchanged."""
        with self.still:
            newer = self.order(customer, body, quote)
            if newer is not None:  # the price has changed before it stood still
                assert self.order(customer, body, newer) is None
        self.calm += 1

    def order(self, customer: Person, body: Json, quote: Json) -> Json | None:
        """Order with a quote; return the newer one of a refusal."""
        answer = self.market.insist(customer, "POST", "/api/orders", body | {"quoteId": quote["id"]})
        if answer.status_code == 201:
            order = answer.json()["data"]["order"]
            assert (order["total"], order["items"]) == (quote["total"], quote["items"])
            self.totals[order["id"]] = order["total"]
            return None
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "price_changed"), answer.text
        details: Json = answer.json()["error"]["details"]
        assert {"path": "total", "was": quote["total"], "now": details["quote"]["total"]} in details[
            "changed"
        ]
        newer: Json = details["quote"]
        return newer


def test_each_order_has_the_price_of_its_quote_while_prices_change(market: Market) -> None:
    with World(market.own.url) as world:
        shop, customers = world.person("tailor"), people(world, CLIENTS)
        open_shop(shop)
        race = Race(market, shop, add(shop, name="Shirt", price=99))
        buying: list[Any] = [gevent.spawn(race.buy, customer) for customer in customers]
        gevent.joinall([gevent.spawn(race.change), *buying], raise_error=True)
    stored = market.own.rows("SELECT id::text, total, version FROM orders WHERE partner_id = %s", shop.id)
    assert {id_: total / 100 for id_, total, _ in stored} == race.totals
    assert {version for *_, version in stored} == {1}
    assert race.refused
    assert race.calm
    assert market.failures() == market.wrong() == {}
    print(f"{len(stored)} orders at {len({total for _, total, _ in stored})} prices; {dict(market.answers)}")
