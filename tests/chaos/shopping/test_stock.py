"""Orders of the last units and the last uses of a coupon, with cancellations and kill -9: none is sold twice.

`STOCK_ORDERS=200 make chaos ARGS="-k last_units"` places more; `CHAOS_SEED=…` causes other endings.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any, LiteralString

import gevent
import pytest
from gevent.pool import Pool

from metaia.core.json import Json
from tests.chaos.shopping.market import Market, items, people
from tests.e2e.stack import kill
from tests.support.catalogues import add
from tests.support.people import Person, World
from tests.support.shops import open_shop

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
ORDERS = int(os.environ.get("STOCK_ORDERS", "60"))
UNITS, USES = max(1, ORDERS // 4), max(1, ORDERS // 20)  # 50 and 10 of 200
CLIENTS, CUSTOMERS, KILLS = 24, 16, 4
SETTLED = 300.0  # seconds; a new worker has other jobs to do before
SECONDS = 120 + 2.0 * ORDERS  # in which all are answered
ENDINGS = ("keep", "keep", "keep", "keep", "cancel", "reject", "expire", "both")
OVERDUE: LiteralString = (
    "UPDATE orders SET accept_by = now() - interval '1 minute' WHERE id = %s AND status = 'pending'"
)
WAITING: LiteralString = "SELECT count(*) FROM orders WHERE status = 'pending' AND accept_by < now()"
LIVING: LiteralString = """
    SELECT count(*), count(coupon_code) FROM orders WHERE partner_id = %s AND status NOT IN ('rejected', 'cancelled')
"""
LEFT: LiteralString = "SELECT stock FROM product_variants WHERE product_id = %s"
# Statements that break a counter of a product or of a shop.
BROKEN: dict[str, LiteralString] = {
    "stock": "UPDATE product_variants SET stock = stock + 7 WHERE product_id = %s",
    "coupons": "UPDATE coupons SET used = used + 1 WHERE partner_id = %s",
    "ratings": "UPDATE rating_totals SET counts = '{0,0,0,0,9}' WHERE subject_id = %s",
    "followers": "UPDATE follower_totals SET followers = 9 WHERE partner_id = %s",
}


@dataclass
class Sale:
    """A shop with two variants of UNITS each and a coupon for USES orders."""

    market: Market
    shop: Person
    customers: list[Person]
    product: Json
    coupon: Json
    chance: random.Random
    done: int = 0
    outcomes: list[str] = field(default_factory=list)

    def trade(self, number: int) -> None:
        """Place an order, and end some of those that are accepted in one of the ways in which orders end."""
        customer = self.customers[number % len(self.customers)]
        body = self.body(number)
        answer = self.market.insist(customer, "POST", "/api/orders", body)
        if answer.status_code == 409 and body.pop("coupon", None):
            self.outcomes.append(answer.json()["error"]["code"])
            answer = self.market.insist(customer, "POST", "/api/orders", body)
        if answer.status_code == 201:
            self.end(customer, answer.json()["data"]["order"])
        else:
            assert answer.status_code == 409, answer.text
            self.outcomes.append(answer.json()["error"]["code"])
        self.done += 1

    def has_done(self, share: int) -> bool:
        """Return whether so many orders are answered and ended."""
        return self.done >= share

    def body(self, number: int) -> Json:
        """Return an order of one unit of each variant, every other one in the opposite order, with the coupon."""
        body: Json = {"partnerId": self.shop.id, "items": items(self.product, reverse=bool(number % 2))}
        return body | ({"coupon": self.coupon["code"]} if number % 3 else {})

    def end(self, customer: Person, order: Json) -> None:
        """End an order, also twice at once, or keep it."""
        how = self.chance.choice(ENDINGS)
        cancel: tuple[Person, str, Json] = (customer, f"/api/orders/{order['id']}/cancel", {})
        reject = (self.shop, f"/api/orders/{order['id']}/reject", {"reason": "closed"})
        chosen = {"cancel": [cancel, cancel], "reject": [reject], "both": [cancel, reject]}.get(how, [])
        calls = [gevent.spawn(self.market.insist, who, "PATCH", path, body) for who, path, body in chosen]
        for answer in [call.get() for call in calls]:
            assert answer.status_code in (200, 409), answer.text
        if how == "expire":
            self.market.own.rows(OVERDUE, order["id"])
        self.outcomes.append(how)

    def settle(self) -> None:
        """Let a worker end what is overdue."""
        rows = self.market.own.rows
        self.market.wait(lambda: rows(WAITING) == [(0,)], "all overdue orders are ended", SETTLED)

    def check(self) -> None:
        """What is sold is what living orders hold, and no counter is wrong."""
        assert self.market.wrong() == {}
        ((living, with_coupon),) = self.market.own.rows(LIVING, self.shop.id)
        assert self.market.own.rows(LEFT, self.product["id"]) == [(UNITS - living,)] * 2
        assert with_coupon <= USES
        assert self.market.own.flask("check-counters") == 0, self.market.own.log("check-counters")


@pytest.fixture
def sale(market: Market) -> Any:
    with World(market.own.url) as world:
        shop = world.person("tailor")
        open_shop(shop)
        variants = [{"name": name, "price": 50, "stock": UNITS} for name in ("S", "L")]
        product = add(shop, name="Shirt", variants=variants)
        coupon = {"code": "TEN", "kind": "percent", "value": 10, "usageLimit": USES}
        answer = shop.post("/api/coupons", coupon)
        assert answer.status_code == 201, answer.text
        coupon = answer.json()["data"]["coupon"]
        chance = random.Random(os.environ.get("CHAOS_SEED", "stock"))
        yield Sale(market, shop, people(world, CUSTOMERS), product, coupon, chance)


def test_the_last_units_and_uses_are_taken_once_whatever_is_killed(sale: Sale) -> None:
    market, worker = sale.market, sale.market.own.worker()
    pool = Pool(CLIENTS)
    playing = [pool.spawn(sale.trade, number) for number in range(ORDERS)]
    for kills in range(1, KILLS + 1):
        share = ORDERS * kills // (KILLS + 1)
        market.wait(partial(sale.has_done, share), f"{share} orders are answered", SECONDS)
        market.kill_one(sale.chance)
        if kills == KILLS // 2:
            kill(worker)
            worker = market.own.worker()
    gevent.joinall(playing, raise_error=True)
    sale.settle()
    kill(worker)
    print(f"{Counter(sale.outcomes)}; {dict(market.answers)}")
    sale.check()
    assert market.failures() == {}
    assert {"out_of_stock", "coupon_invalid", *ENDINGS} <= {*sale.outcomes}
    break_each_counter(sale)


def break_each_counter(sale: Sale) -> None:
    """Check that each counter that is broken by hand is named with its subject."""
    own = sale.market.own
    for name, statement in BROKEN.items():
        own.rows(statement, sale.product["id"] if name == "stock" else sale.shop.id)
    assert own.flask("check-counters") == 1
    found = own.log("check-counters")
    subjects = [f"stock: {each['id']}" for each in sale.product["variants"]]
    subjects += [
        f"coupons: {sale.coupon['id']}",
        f"ratings: partner {sale.shop.id}",
        f"followers: {sale.shop.id}",
    ]
    assert [each for each in subjects if f"{each}: expected" not in found] == [], found
