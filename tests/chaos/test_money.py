"""kill -9 around each call to a provider of payments: no money is lost or doubled, and all books agree."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gevent
import psutil
import pytest
import requests

from metaia.core.json import Json
from metaia.dev.stubs.demo_payments.books import status_of
from metaia.dev.stubs.server import Mood, Stub
from tests.e2e.stack import Stack, ended, kill, only_child, stack
from tests.support.people import Person, World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
SECRET = "demo-secret-of-the-chaos-tests"
CALLS = ("payment_before_call", "payment_after_call")
COMMITS = ("payment_before_commit", "payment_after_commit")
TOTAL = 2500  # of an order
PATIENCE = 120.0  # seconds


@dataclass
class Shop:
    """An installation with the demo provider. The books of the stub stay while processes die."""

    own: Stack
    stub: Stub
    customer: Person
    tailor: Person

    def ask(self, person: Person, method: str, path: str, body: Any = None) -> requests.Response:
        """Call a path on a new connection: the one before may be that of a killed process."""
        with World(self.own.url) as world:
            person.world = world
            return person.call(method, path, body)

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

    def wait(self, order: Json, status: str) -> None:
        """Wait until an order shows this payment. It asks rarely, as the processes need the machine."""
        with gevent.Timeout(PATIENCE, AssertionError(f"not {status}: {self.own.log('worker')[-3000:]}")):
            while self.shown(order)["status"] != status:
                gevent.sleep(0.5)

    def questions_are_due(self) -> None:
        """Let what a killed process has claimed be due again, as it is after its pause."""
        self.own.rows("UPDATE payment_questions SET due_at = now() WHERE answered_at IS NULL")
        self.own.rows("UPDATE refunds SET due_at = now() WHERE settled_at IS NULL")
        self.own.rows("UPDATE webhook_inbox SET due_at = now() WHERE digested_at IS NULL")


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
                shop = Shop(own, stub, world.person(), world.person("tailor"))
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
    dies(shop, point)
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
    dies(shop, point)
    settle(shop, order)


def dies_in(web: subprocess.Popen[bytes], request: Any) -> None:
    """Send a request in which the web process kills itself, and kill its parent before that starts another one."""
    server = only_child(web)
    web.send_signal(signal.SIGSTOP)
    with pytest.raises(requests.ConnectionError):
        request()
    until(lambda: server.status() == psutil.STATUS_ZOMBIE, "the process has killed itself")
    kill(web)


def dies(shop: Shop, point: str) -> None:
    """Start a worker, and wait until it has killed itself."""
    worker = shop.own.worker(METAIA_FAULT=point)
    assert ended(worker) == -signal.SIGKILL
    kill(worker)


def pay(opened: Json) -> None:
    """Pay on the page of the provider, once."""
    requests.post(f"{opened['toPay']['url']}/pay", allow_redirects=False, timeout=10)


def settle(shop: Shop, order: Json) -> None:
    """Let a worker do what is left, and end the order; then all books must agree."""
    shop.questions_are_due()
    worker = shop.own.worker()
    shop.wait(order, "paid")
    assert shop.ask(shop.tailor, "PATCH", f"/api/orders/{order['id']}/reject", {"reason": "closed"}).ok
    shop.wait(order, "refunded")
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
