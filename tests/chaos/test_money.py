"""kill -9 around each call to a provider of payments: no money is lost or doubled, and all books agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from metaia.core.json import Json
from metaia.dev.stubs.demo_payments.books import status_of
from metaia.dev.stubs.server import Mood, Stub
from tests.chaos import shops
from tests.chaos.shops import CALLS, COMMITS, dies_in
from tests.e2e.stack import kill, stack
from tests.support.people import World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
SECRET = "demo-secret-of-the-chaos-tests"
TOTAL = 2500  # of an order


@dataclass
class Shop(shops.Shop):
    """An installation with the demo provider."""

    stub: Stub

    def order(self) -> Json:
        """Place an order that is to be paid online."""
        items = [{"name": "Suit", "quantity": 2, "price": 12.5}]
        body = {"items": items, "partnerId": self.tailor.id, "paymentMethod": "online"}
        made: Json = self.ask(self.customer, "POST", "/api/orders", body).json()["data"]["order"]
        return made

    def open(self, order: Json) -> requests.Response:
        return self.ask(self.customer, "POST", "/api/payments", {"orderId": order["id"]})

    def verify(self, opened: Json) -> requests.Response:
        return self.ask(self.customer, "POST", "/api/payments/verify", {"paymentId": opened["payment"]["id"]})

    def shown(self, order: Json) -> Json:
        """Return the payment that the order shows."""
        answer = self.ask(self.customer, "GET", f"/api/orders/{order['id']}")
        found: Json = answer.json()["data"]["order"]["payment"]
        return found

    def until(self, order: Json, status: str) -> None:
        """Wait until an order shows this payment."""
        self.wait(lambda: self.shown(order)["status"] == status, status)


@pytest.fixture(scope="module")
def shop(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with Stub({"DEMO_PAYMENTS_SECRET": SECRET}) as stub:
        settings = {
            "DEMO_PAYMENTS": "true", "DEMO_PAYMENTS_URL": stub.url, "DEMO_PAYMENTS_SECRET": SECRET,
            "WEB_CONCURRENCY": "1", "RATELIMIT_ENABLED": "false",
        }  # fmt: skip
        with stack(environment | settings, tmp_path_factory.mktemp("money")) as (own, _):
            web = own.web()
            with World(own.url) as world:
                shop = Shop(own, world.person(), world.person("tailor"), stub)
            kill(web)
            yield shop


@pytest.mark.parametrize("point", CALLS)
def test_a_web_process_dies_while_it_opens_a_payment(shop: Shop, point: str) -> None:
    web = shop.own.web(METAIA_FAULT=point)
    order = shop.order()
    dies_in(web, lambda: shop.open(order))
    shop.own.web()
    opened = shop.open(order)  # as the customer does who got no answer
    assert opened.status_code == 200
    pay(opened.json()["data"])
    settle(shop, order)


@pytest.mark.parametrize("point", COMMITS)
def test_a_web_process_dies_while_it_verifies_a_payment(shop: Shop, point: str) -> None:
    web = shop.own.web(METAIA_FAULT=point)
    order = shop.order()
    opened = shop.open(order).json()["data"]
    pay(opened)
    dies_in(web, lambda: shop.verify(opened))
    shop.own.web()
    answer = shop.verify(opened)
    assert answer.json()["data"]["payment"]["status"] == "completed"
    settle(shop, order)


@pytest.mark.parametrize("point", CALLS)
def test_a_worker_dies_while_it_opens_a_payment(shop: Shop, point: str) -> None:
    shop.own.web()
    order = shop.order()
    shop.stub.moods["demo payments"] = iter([Mood(drop=True)])
    assert shop.open(order).status_code == 503
    shop.questions_are_due()
    shop.dies(point)
    shop.questions_are_due()
    worker = shop.own.worker()
    until(
        lambda: shop.own.rows(
            "SELECT 1 FROM payments WHERE reference IS NOT NULL AND order_id = %s", order["id"]
        )
    )
    kill(worker)
    pay(shop.open(order).json()["data"])
    settle(shop, order)


@pytest.mark.parametrize("point", COMMITS)
def test_a_worker_dies_while_it_asks_for_a_payment(shop: Shop, point: str) -> None:
    web = shop.own.web()
    order = shop.order()
    opened = shop.open(order).json()["data"]
    kill(web)
    pay(opened)  # no process gets its webhook
    shop.own.web()  # it gives the worker its jobs
    shop.questions_are_due()
    shop.dies(point)
    settle(shop, order)


def pay(opened: Json) -> None:
    """Pay on the page of the provider, once."""
    requests.post(f"{opened['toPay']['url']}/pay", allow_redirects=False, timeout=10)


def settle(shop: Shop, order: Json) -> None:
    """Let a worker do what is left, and end the order; then all books must agree."""
    shop.questions_are_due()
    worker = shop.own.worker()
    shop.until(order, "paid")
    assert shop.ask(shop.tailor, "PATCH", f"/api/orders/{order['id']}/reject", {"reason": "closed"}).ok
    shop.until(order, "refunded")
    check(shop, order)
    kill(worker)
    for process in shop.own.named().values():
        kill(process)


def check(shop: Shop, order: Json) -> None:
    """Check that there is one payment and one refund, here and at the provider, and that the books are equal."""
    [(payment_id, status, refunded)] = shop.own.rows(
        "SELECT id::text, status, refunded FROM payments WHERE order_id = %s", order["id"]
    )
    assert (status, refunded) == ("refunded", TOTAL)
    books = shop.stub.world.demo_payments.payments.values()
    [theirs] = [each for each in books if each["paymentId"] == payment_id]
    assert [status_of(each) for each in (*theirs["attempts"], *theirs["refunds"])] == [
        "captured",
        "processed",
    ]
    [(notices,)] = shop.own.rows(
        "SELECT count(*) FROM notifications WHERE user_id = %s AND data ->> 'orderId' = %s"
        " AND type = 'payment_received'",
        shop.customer.id,
        order["id"],
    )
    assert notices == 1
    held = sum(
        sum(each["amount"] - each["fee"] for each in payment["attempts"] if status_of(each) == "captured")
        - sum(each["amount"] for each in payment["refunds"] if status_of(each) == "processed")
        for payment in books
    )
    query = "SELECT posted FROM ledger_now() WHERE kind = 'gateway' AND owner = 'demo' AND currency = 'INR'"
    assert shop.own.rows(query) == [(held,)]
    assert shop.own.flask("audit-money", "--full") == 0, shop.own.log("audit-money")[-2000:]
