"""Why is this amount so? From the line of a statement to the call of the provider, in three requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.finance import days
from metaia.finance.statements import policy
from metaia.payments import service as payment_service
from metaia.payments.purposes.registry import Purpose
from metaia.providers.payments.facts import AttemptFact, FeeFact, RefundFact
from tests.payments.purposes import Things, registered
from tests.security import matrix_objects
from tests.support.people import Person, World

POSTINGS = "/api/admin/finance/postings"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def things(app: Flask, world: World) -> Things:
    return registered(app, world)


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


def fact(reference: str, status: str, amount: int = 1000) -> dict[str, Any]:
    return {
        "provider": "razorpay", "reference": reference, "status": status, "amount": amount, "currency": "INR",
        "at": now(),
    }  # fmt: skip


def paid(thing: Purpose, attempt: str) -> str:
    """Take the facts of a webhook that states a capture and its fee; return the id of the webhook."""
    webhook_id = matrix_objects.webhook()
    facts = (AttemptFact(**fact(attempt, "captured")), FeeFact(**fact(attempt, "charged", 20)))
    with db.transaction():
        payment_service.take(facts, source=f"webhook:{webhook_id}", purpose=thing)
    return webhook_id


def chain(admin: Person, posting_id: str) -> list[Json]:
    answer = admin.get(f"{POSTINGS}/{posting_id}")
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["data"]["posting"]["chain"]
    return found


def links(found: list[Json]) -> list[tuple[str, str]]:
    return [(each["type"], each["id"]) for each in found]


def test_a_line_of_a_statement_leads_to_the_webhook(world: World, admin: Person, things: Things) -> None:
    payer = world.person()
    attempt = f"pay_{new_id()}"
    webhook_id = paid(things.add(1000, payer_id=payer.id), attempt)
    statement = payer.get(f"/api/finance/statements/{policy.of(days.today())}?currency=INR").json()["data"]
    (line,) = statement["transactions"]
    found = chain(admin, line["id"].partition(".")[0])
    assert [each["type"] for each in found] == ["posting", "fact", "webhook"]
    assert found[1]["description"] == f"razorpay attempt {attempt}: captured"
    assert (found[2]["id"], found[2]["href"]) == (webhook_id, f"/api/admin/webhooks/{webhook_id}")
    (transaction,) = payer.get("/api/finance/transactions").json()["data"]["transactions"]
    assert transaction["paymentId"] is not None


def test_a_refund_leads_to_its_request_and_to_the_provider(admin: Person, things: Things) -> None:
    attempt, refund_id, request_id = f"pay_{new_id()}", new_id(), new_id()
    thing = things.add(1000)
    paid(thing, attempt)
    webhook_id = matrix_objects.webhook()
    for source, reference, status in (
        (f"request:{request_id}", refund_id, "requested"),
        (f"webhook:{webhook_id}", f"rfnd_{refund_id}", "processed"),
    ):
        refund = RefundFact(**fact(reference, status, 300), attempt=attempt, refund_id=refund_id)
        with db.transaction():
            payment_service.take([refund], source=source, purpose=thing)
    for key in (f"refund:{refund_id}", f"refund:{refund_id}:processed"):
        (posting,) = admin.get(f"{POSTINGS}?key={key}").json()["data"]["postings"]
        found = chain(admin, posting["id"])
        assert [each["type"] for each in found] == ["posting", "fact", "request", "fact", "webhook"]
        assert (found[2]["id"], found[4]["id"]) == (request_id, webhook_id)


def test_what_no_fact_has_caused_leads_to_its_request(admin: Person, things: Things) -> None:
    thing = things.add(1000)
    paid(thing, f"pay_{new_id()}")
    (captured,) = admin.get(f"{POSTINGS}?subject={thing.subject}&kind=captured").json()["data"]["postings"]
    request_id = new_id()
    reversal = admin.post(
        f"{POSTINGS}/{captured['id']}/reverse", {"reason": "a test"}, headers={"X-Request-ID": request_id}
    ).json()["data"]["posting"]
    assert links(reversal["chain"])[:2] == [("posting", reversal["id"]), ("posting", captured["id"])]
    assert [each["type"] for each in reversal["chain"]][2:] == ["fact", "webhook"]
    assert reversal["cause"] == [{"type": "request", "id": request_id}]


def test_an_adjustment_is_a_link(admin: Person, world: World) -> None:
    body = {
        "lines": [
            {"kind": "losses", "owner": "house", "amount": 5},
            {"kind": "suspense", "owner": "house", "amount": -5},
        ],
        "currency": "INR",
        "reason": "a test",
    }
    path = "/api/admin/finance/adjustments"
    made = admin.post(path, body, headers={"Idempotency-Key": new_id()}).json()["data"]["adjustment"]
    decided = world.staff("admin").post(f"{path}/{made['id']}/approve", {"reason": "right"}).json()["data"]
    found = chain(admin, decided["adjustment"]["postingId"])
    assert links(found)[1:] == [("adjustment", made["id"])]
    assert found[1]["href"] == f"{path}/{made['id']}"
