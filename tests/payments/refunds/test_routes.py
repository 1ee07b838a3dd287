"""Refunds over HTTP: who requests, reads, retries and cancels them, and who is informed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Posting, credit, debit
from metaia.payments import queries as payment_queries
from metaia.payments import service as payment_service
from metaia.payments.purposes.registry import Purpose
from metaia.payments.refunds import queries
from metaia.providers.payments.facts import Fact
from tests.payments.facts import at, refund
from tests.payments.purposes import Things
from tests.payments.refunds.conftest import Paid
from tests.support.people import Person, World


@dataclass
class Sale:
    """A payment of 10 INR by a customer to a tailor."""

    customer: Person
    tailor: Person
    admin: Person
    thing: Purpose
    payment_id: str

    def request(self, by: Person, amount: float | None = 3, key: str | None = None, **more: Any) -> Json:
        body = {"amount": amount, "reason": "requested_by_customer", "note": "Too long"} | more
        headers = {"Idempotency-Key": key or new_id()}
        answer = by.post(f"/api/payments/{self.payment_id}/refunds", body, headers=headers)
        found: Json = answer.json()
        if answer.status_code == 202:
            made: Json = found["data"]["refund"]
            return made
        return {"status": answer.status_code, **found["error"]}


@pytest.fixture
def sale(world: World, things: Things, paid: Paid) -> Sale:
    customer, tailor = world.person(), world.person("tailor")
    thing = things.add(1000, payer_id=customer.id, partner_id=tailor.id)
    return Sale(customer, tailor, world.staff("admin"), thing, paid(1000, thing))


def take(app: Flask, *facts: Fact) -> None:
    with app.app_context(), db.transaction():
        payment_service.take(facts, source="test")


def stated(app: Flask, refund_id: str, status: Any) -> Fact:
    """Return what Razorpay states of a refund of ours."""
    with app.app_context():
        found = queries.get(refund_id)
    assert found
    return refund(5, status, found.amount, refund_id, attempt=found.attempt, failure="bank closed")


def act(person: Person, made: Json, action: str, **body: Any) -> tuple[int, Json]:
    answer = person.post(f"/api/refunds/{made['id']}/{action}", body)
    return answer.status_code, answer.json()


def notices(app: Flask, person: Person) -> list[str]:
    query = text("SELECT type FROM notifications WHERE user_id = :id AND type LIKE 'refund%' ORDER BY id")
    with app.app_context():
        return [row.type for row in db.fetch_all(query, {"id": person.id})]


def test_a_partner_requests_and_all_parties_follow(sale: Sale, app: Flask, world: World) -> None:
    socket = world.socket(auth={"token": sale.customer.token})
    made = sale.request(sale.tailor)
    assert (made["status"], made["amount"], made["currency"]) == ("requested", 3, "INR")
    assert (made["orderId"], made["note"], made["allowedActions"]) == (
        sale.thing.order_id,
        "Too long",
        ["cancel"],
    )
    [heard] = socket.wait("refund_update", where=lambda data: data["refundId"] == made["id"])
    assert (heard["status"], heard["amount"], heard["paymentId"]) == ("requested", 3, sale.payment_id)
    take(app, stated(app, made["id"], "processed"))
    socket.wait("refund_update", where=lambda data: data["status"] == "processed")
    assert notices(app, sale.customer) == ["refund_requested", "refund_processed"]
    assert notices(app, sale.tailor) == ["refund_processed"]
    take(app, stated(app, made["id"], "processed"))
    assert notices(app, sale.customer) == ["refund_requested", "refund_processed"]


def test_each_party_sees_what_concerns_them(sale: Sale, app: Flask, world: World) -> None:
    made = sale.request(sale.admin)
    take(app, stated(app, made["id"], "failed"))
    seen = {
        name: person.get(f"/api/refunds/{made['id']}").json()["data"]["refund"]
        for name, person in (
            ("customer", sale.customer),
            ("tailor", sale.tailor),
            ("support", world.staff("support")),
        )
    }
    private = ("reference", "failure", "requestedBy", "note")
    assert [seen["customer"][name] for name in private] == [None] * 4
    assert [seen["tailor"][name] for name in private] == [None, None, None, "Too long"]
    assert [seen["support"][name] for name in private] == [
        f"rfnd_{made['id']}", "bank closed", sale.admin.id, "Too long",
    ]  # fmt: skip
    assert [seen[name]["allowedActions"] for name in seen] == [[], ["retry"], []]
    stranger = world.person("tailor")
    assert stranger.get(f"/api/refunds/{made['id']}").status_code == 403
    assert stranger.get("/api/refunds").json()["data"]["refunds"] == []
    for person in (sale.customer, sale.tailor):
        assert [each["id"] for each in person.get("/api/refunds").json()["data"]["refunds"]] == [made["id"]]
    found = sale.admin.get(f"/api/refunds?paymentId={sale.payment_id}&status=failed&sort=createdAt")
    assert [each["id"] for each in found.json()["data"]["refunds"]] == [made["id"]]


def test_a_refund_over_several_payments_shows_its_parts(sale: Sale, app: Flask, paid: Paid) -> None:
    second = paid(500, sale.thing)
    body = {"amount": 12, "reason": "other"}
    answer = sale.admin.post(
        f"/api/payments/{sale.payment_id}/refunds", body, headers={"Idempotency-Key": new_id()}
    )
    data = answer.json()["data"]
    assert [(each["paymentId"], each["amount"]) for each in data["parts"]] == [
        (sale.payment_id, 10),
        (second, 2),
    ]
    assert data["refund"] == data["parts"][0]
    take(app, stated(app, data["parts"][0]["id"], "processed"), stated(app, data["parts"][1]["id"], "failed"))
    request_id = data["refund"]["requestId"]
    found = sale.tailor.get(f"/api/refunds?requestId={request_id}&sort=createdAt").json()["data"]["refunds"]
    assert [(each["status"], each["allowedActions"]) for each in found] == [
        ("processed", []),
        ("failed", ["retry"]),
    ]
    assert act(sale.tailor, found[1], "retry")[0] == 200
    assert len(sale.tailor.get(f"/api/refunds?requestId={request_id}").json()["data"]["refunds"]) == 3


def test_a_key_is_required_and_repeats_nothing(sale: Sale) -> None:
    answer = sale.tailor.post(f"/api/payments/{sale.payment_id}/refunds", {"reason": "other"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "idempotency_key_required")
    assert sale.request(sale.tailor, key="same-key") == sale.request(sale.tailor, key="same-key")
    assert len(sale.tailor.get("/api/refunds").json()["data"]["refunds"]) == 1


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"amount": 10.01}, 409, "refund_exceeds"),
        ({"amount": 1.001}, 422, "invalid"),
        ({"amount": 0}, 422, "invalid"),
        ({"amount": -1}, 422, "invalid"),
        ({"amount": "NaN"}, 422, "invalid"),
        ({"amount": 1e30}, 422, "invalid"),
        ({"reason": "because"}, 422, "invalid"),
        ({"note": "\0"}, 422, "invalid"),
        ({"currency": "EUR"}, 422, "invalid"),
    ],
)
def test_bad_requests_are_refused(sale: Sale, given: Json, status: int, code: str) -> None:
    found = sale.request(sale.tailor, **given)
    assert (found["status"], found["code"]) == (status, code)


def test_nobody_else_requests(sale: Sale, world: World) -> None:
    for person in (sale.customer, world.staff("support"), world.person("tailor"), world.person("delivery")):
        assert sale.request(person)["code"] == "forbidden"


def test_a_partner_gives_back_what_is_theirs(sale: Sale, app: Flask, things: Things) -> None:
    """10 INR earned are 9 for the tailor; they were paid 5 of it already, so 4 are left."""
    things.complete(sale.thing, at(2))
    with app.app_context(), db.transaction():
        payment_service.follow(sale.thing.type, sale.thing.id)
    pay_out(app, sale.tailor, 500)
    refused = sale.request(sale.tailor, 5)
    assert (refused["code"], refused["details"]) == ("refund_exceeds", {"available": 4, "currency": "INR"})
    assert sale.request(sale.tailor, 4)["status"] == "requested"  # 3.60 are the tailor's
    assert sale.request(sale.tailor, 1)["code"] == "refund_exceeds"
    assert sale.request(sale.admin, 6)["status"] == "requested"


def test_a_failed_refund_is_retried_once(sale: Sale, app: Flask) -> None:
    made = sale.request(sale.tailor, None)
    assert act(sale.tailor, made, "retry")[1]["error"]["code"] == "illegal_transition"
    take(app, stated(app, made["id"], "failed"))
    assert notices(app, sale.admin) == ["refund_failed"]
    status, answer = act(sale.tailor, made, "retry")
    again = answer["data"]["refund"]
    assert (status, again["status"], again["amount"]) == (200, "requested", 10)
    shown = sale.tailor.get(f"/api/refunds/{made['id']}").json()["data"]["refund"]
    assert (shown["retriedBy"], shown["allowedActions"]) == (again["id"], [])
    assert act(sale.admin, made, "retry")[1]["error"]["code"] == "illegal_transition"


def test_a_retry_needs_what_is_left(sale: Sale, app: Flask) -> None:
    made = sale.request(sale.tailor, 6)
    take(app, stated(app, made["id"], "failed"))
    sale.request(sale.tailor, 5)
    assert act(sale.tailor, made, "retry")[1]["error"]["code"] == "refund_exceeds"


def test_only_a_refund_that_was_not_sent_is_cancelled(sale: Sale, app: Flask) -> None:
    made = sale.request(sale.tailor, None)
    assert act(sale.customer, made, "cancel")[0] == 403
    assert act(sale.tailor, made, "cancel", expectedVersion=7)[1]["error"]["code"] == "stale_version"
    status, answer = act(sale.tailor, made, "cancel", expectedVersion=1)
    assert (status, answer["data"]["refund"]["status"]) == (200, "cancelled")
    assert act(sale.admin, made, "cancel")[1]["error"]["code"] == "illegal_transition"
    other = sale.request(sale.admin, None)
    with app.app_context(), db.transaction():
        db.execute(text("UPDATE refunds SET status = 'sending' WHERE id = :id"), {"id": other["id"]})
    assert act(sale.admin, other, "cancel")[1]["error"]["code"] == "illegal_transition"


def test_refunds_of_the_dashboard_are_shown(sale: Sale, app: Flask) -> None:
    with app.app_context():
        [capture, *_] = payment_queries.facts(sale.payment_id)
    take(app, refund(4, "processed", 200, None, reference=f"rfnd_{new_id()}", attempt=capture.reference))
    [found] = sale.customer.get("/api/refunds").json()["data"]["refunds"]
    assert (found["status"], found["amount"], found["reason"], found["allowedActions"]) == (
        "processed",
        2,
        "other",
        [],
    )
    assert notices(app, sale.customer) == ["refund_processed"]


def test_refunds_are_part_of_the_export(sale: Sale, world: World) -> None:
    made = sale.request(sale.tailor)
    for person, note in ((sale.customer, None), (sale.tailor, "Too long")):
        [exported] = person.get("/api/auth/export").json()["data"]["export"]["refunds"]
        assert (exported["id"], exported["amount"], exported["note"]) == (made["id"], 3, note)
    assert world.person().get("/api/auth/export").json()["data"]["export"]["refunds"] == []


def pay_out(app: Flask, tailor: Person, amount: int) -> None:
    """Book that the tailor was paid."""
    lines = [
        debit(Account("partner", tailor.id, "INR"), amount),
        credit(Account("bank", "house", "INR"), amount),
    ]
    with app.app_context(), db.transaction():
        ledger_service.post(Posting(f"test:{new_id()}", "test", lines))
