"""The demo provider: its API, its page, and its webhooks as facts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
import requests

from metaia.dev.stubs.server import Stub
from metaia.payments import state
from metaia.providers.errors import Permanent
from metaia.providers.payments import demo_facts, reading, signatures
from metaia.providers.payments.demo import Demo
from metaia.providers.payments.interface import Intent, RefundOrder
from tests.support.waiting import until

SECRET = "demo-secret"
Calls = list[tuple[bytes, str]]


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub({"DEMO_PAYMENTS_SECRET": SECRET, "DEMO_LATE_SECONDS": "0.2"}) as running:
        yield running


@pytest.fixture
def calls() -> Iterator[tuple[str, Calls]]:
    """Give the address of a server and the webhooks that it has received."""
    received: Calls = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((body, self.headers["Demo-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()


@pytest.fixture
def demo(stub: Stub, calls: tuple[str, Calls]) -> Iterator[Demo]:
    made = Demo(SECRET, stub.url, calls[0])
    yield made
    made.close()


def intent(**changes: Any) -> Intent:
    given: dict[str, Any] = {
        "id": str(uuid4()),
        "amount": 1000,
        "currency": "INR",
        "description": "Order <M1>",
    } | changes
    return Intent(**given)


def act(url: str, action: str) -> requests.Response:
    return requests.post(f"{url}/{action}", allow_redirects=False, timeout=30)


def paid(demo: Demo, action: str = "pay", **changes: Any) -> str:
    """Open a payment, and do this on its page; return the provider's id."""
    opened = demo.create(intent(**changes))
    assert act(opened.to_pay["url"], action).status_code == 303
    return opened.reference


def test_a_payment_is_opened_once(demo: Demo) -> None:
    wanted = intent()
    opened = demo.create(wanted)
    assert demo.create(wanted) == opened
    assert demo.to_pay(opened.reference, wanted) == opened.to_pay
    with pytest.raises(Permanent, match="payment_id_reused"):
        demo.create(intent(id=wanted.id, amount=5))


@pytest.mark.parametrize(
    ("action", "status", "captured"),
    [
        ("pay", "completed", 1000),
        ("authorize", "authorized", 0),
        ("decline", "failed", 0),
        ("pay-twice", "completed", 2000),
        ("close", "created", 0),
    ],
)
def test_the_page_pays(demo: Demo, action: str, status: str, captured: int) -> None:
    found = state.of(demo.ask(paid(demo, action)), "INR")
    assert (found.status, found.captured) == (status, captured)


def test_a_late_payment_fails_first(demo: Demo) -> None:
    reference = paid(demo, "pay-late")
    assert state.of(demo.ask(reference), "INR").failure_message == "The bank has declined."
    until(lambda: state.of(demo.ask(reference), "INR").captured == 1000, "the late capture")


def test_an_authorization_is_captured_in_part(demo: Demo) -> None:
    reference = paid(demo, "authorize")
    attempt = demo.ask(reference)[0].reference
    assert state.of(demo.capture(attempt, 400, "INR"), "INR").captured == 400
    with pytest.raises(Permanent, match="not_authorized"):
        demo.capture(attempt, 400, "INR")


def test_a_cancelled_payment_cannot_be_paid(demo: Demo) -> None:
    reference = paid(demo, "authorize")
    assert state.of(demo.cancel(reference), "INR").status == "cancelled"
    act(f"{demo.http.base_url}/demo-payments/{reference}", "pay")
    assert state.of(demo.ask(reference), "INR").captured == 0
    with pytest.raises(Permanent, match="captured"):
        demo.cancel(paid(demo))


@pytest.mark.parametrize(("amount", "status"), [(400, "processed"), (402, "pending"), (403, "failed")])
def test_a_refund_acts_once(demo: Demo, amount: int, status: str) -> None:
    reference = paid(demo)
    attempt = demo.ask(reference)[0].reference
    order = RefundOrder(id=str(uuid4()), reference=reference, attempt=attempt, amount=amount, currency="INR")
    facts = demo.refund(order)
    assert demo.refund(order) == facts
    assert (facts[-1].status, demo.ask_refunds(attempt)) == (status, facts)
    with pytest.raises(Permanent, match="amount_exceeds"):
        demo.refund(
            RefundOrder(id=str(uuid4()), reference=reference, attempt=attempt, amount=1001, currency="INR")
        )


def test_the_page_decides_refunds(demo: Demo) -> None:
    reference = paid(demo)
    attempt = demo.ask(reference)[0].reference
    demo.refund(
        RefundOrder(id=str(uuid4()), reference=reference, attempt=attempt, amount=302, currency="INR")
    )
    url = f"{demo.http.base_url}/demo-payments/{reference}"
    [refund] = re.findall(r"/process/(ref_\w+)", requests.get(url, timeout=30).text)
    for action, refunded in (("return", 0), ("process", 302), ("fail", 302), ("return", 0)):
        act(url, f"{action}/{refund}")
        assert state.of(demo.ask(reference), "INR").refunded == refunded


def test_webhooks_are_signed_snapshots(demo: Demo, calls: tuple[str, Calls]) -> None:
    reference = paid(demo, "pay-twice")
    until(lambda: len(calls[1]) == 4, "the webhooks")
    at = datetime.now(UTC)
    facts = set()
    for body, signature in calls[1]:
        five = timedelta(minutes=5)
        assert signatures.stripe_webhook(SECRET, body, signature, received_at=at, tolerance=five)
        facts |= set(reading.read(json.loads(body), at, demo_facts.reading).facts)
    assert {fact.key for fact in facts} == {fact.key for fact in demo.ask(reference)}


def test_the_page_has_a_strict_policy(demo: Demo) -> None:
    opened = demo.create(intent(return_url="https://shop.example/done?a=1"))
    page = requests.get(opened.to_pay["url"], timeout=30)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("form-action 'self' https://shop.example")
    assert "Order &lt;M1&gt;" in page.text
    assert not re.search(r"<script|style=|javascript:|\son\w+=", page.text)
    location = act(opened.to_pay["url"], "close").headers["Location"]
    assert re.fullmatch(r"https://shop\.example/done\?a=1&payment=[\w-]+", location)


@pytest.mark.parametrize("url", ["javascript:alert(1)//", "https://x;script-src *", "", "http://a b"])
def test_a_strange_return_address_is_in_no_policy(demo: Demo, url: str) -> None:
    opened = demo.create(intent(return_url=url))
    policy = requests.get(opened.to_pay["url"], timeout=30).headers["Content-Security-Policy"]
    assert policy.endswith("form-action 'self'")


@pytest.mark.parametrize("path", ["demo_x", "demo_x/pay", "x", "", "page.css/..", "demo_x/process/ref_1"])
def test_unknown_pages_are_not_found(stub: Stub, path: str) -> None:
    assert act(f"{stub.url}/demo-payments/{path}", "").status_code == 404


def test_the_api_wants_the_secret(stub: Stub) -> None:
    for secret in ("", "other", "é"):
        stranger = Demo(secret.encode().decode("latin-1"), stub.url, "")
        with pytest.raises(Exception, match="authentication_failed"):
            stranger.ask("demo_1")
        stranger.close()
