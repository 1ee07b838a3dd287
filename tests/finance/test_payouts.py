"""Payouts: exactly what is shown, once, to the account of the request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import gevent
import pytest
from flask import Flask
from sqlalchemy import update

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.finance.payout_accounts import queries as account_queries
from metaia.finance.payout_accounts import sealed
from metaia.finance.payout_accounts.models import PayoutAccountRow
from metaia.finance.payout_accounts.schemas import EXAMPLE
from metaia.finance.payouts import jobs
from metaia.ledger import queries as ledger_queries
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Posting, credit, debit
from metaia.payments.booking.terms import commission
from tests.support.people import PASSWORD, Person, World

PAYOUTS, ADMIN = "/api/finance/payouts", "/api/admin/finance/payouts"
ACCOUNT = "/api/finance/payout-account"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Any:
    with app.app_context():
        yield


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def partner(world: World) -> Person:
    made = world.person("tailor")
    assert made.put(ACCOUNT, EXAMPLE).status_code == 200
    return made


def earn(partner: Person, total: int, currency: str = "INR", basis_points: int = 1000) -> None:
    """Book an order that was paid online and is completed."""
    part = commission(total, basis_points)
    due = Account("due", f"order-{new_id()}", currency)
    paid = [debit(Account("gateway", "demo", currency), total), credit(due, total)]
    earned = [debit(due, total), credit(Account("partner", partner.id, currency), total - part)]
    if part:
        earned.append(credit(Account("commission", "house", currency), part))
    with db.transaction():
        ledger_service.post_all([Posting(new_id(), "test", lines) for lines in (paid, earned)])


def collect(partner: Person, amount: int) -> None:
    """Book cash that a partner has collected."""
    lines = [
        debit(Account("cash", partner.id, "INR"), amount),
        credit(Account("sales", "house", "INR"), amount),
    ]
    with db.transaction():
        ledger_service.post(Posting(new_id(), "test", lines))


def balance(partner: Person, currency: str = "INR") -> Json:
    found = partner.get("/api/finance/balance").json()["data"]["balances"]
    return next(each for each in found if each["currency"] == currency)


def request(partner: Person, key: str | None = None, **body: Any) -> Any:
    headers = {"Idempotency-Key": key or new_id()}
    return partner.post(PAYOUTS, {"currency": "INR"} | body, headers=headers)


def requested(partner: Person, **body: Any) -> Json:
    answer = request(partner, **body)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["payout"]


def decide(admin: Person, payout: Json, action: str, **body: Any) -> Any:
    return admin.post(f"{ADMIN}/{payout['id']}/{action}", body)


def sent(admin: Person, partner: Person, **body: Any) -> Json:
    payout = requested(partner, **body)
    assert decide(admin, payout, "approve").status_code == 200
    jobs.send()
    return partner.get(f"{PAYOUTS}/{payout['id']}").json()["data"]["payout"]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(("currency", "total", "shown"), [("INR", 1255, 11.29), ("JPY", 1255, 1129)])
def test_a_payout_of_exactly_the_shown_balance_works_twice(
    admin: Person, partner: Person, currency: str, total: int, shown: float
) -> None:
    for _ in range(2):
        earn(partner, total, currency)
        assert balance(partner, currency)["available"] == shown
        payout = sent(admin, partner, currency=currency, amount=shown)
        assert (payout["amount"], payout["status"]) == (shown, "sent")
        assert decide(admin, payout, "paid", reference="UTR 1").status_code == 200
        assert balance(partner, currency) == {
            "currency": currency,
            "payable": 0,
            "held": 0,
            "cashInHand": 0,
            "available": 0,
        }
    assert code(request(partner, currency=currency)) == (409, "nothing_to_pay_out")


def test_a_requested_payout_is_held_and_a_cancelled_one_is_free_again(partner: Person) -> None:
    earn(partner, 10_000)
    payout = requested(partner, amount=30)
    assert [balance(partner)[each] for each in ("payable", "held", "available")] == [90, 30, 60]
    assert code(request(partner, amount=60.01)) == (409, "insufficient_balance")
    cancelled = partner.post(f"{PAYOUTS}/{payout['id']}/cancel", {"expectedVersion": 1})
    assert cancelled.json()["data"]["payout"]["status"] == "cancelled"
    assert balance(partner)["available"] == 90
    again = partner.post(f"{PAYOUTS}/{payout['id']}/cancel", {})
    assert code(again) == (409, "illegal_transition")


def test_the_steps_of_a_payout_are_booked_once(admin: Person, partner: Person) -> None:
    earn(partner, 10_000)
    paying = Account("paying", "manual", "INR")
    before = ledger_queries.balances([paying])[paying]
    payout = sent(admin, partner)
    jobs.send()
    assert ledger_queries.balances([paying])[paying] == before + 9000
    assert (payout["status"], payout["allowedActions"], payout["version"]) == ("sent", [], 3)
    assert code(partner.post(f"{PAYOUTS}/{payout['id']}/cancel", {})) == (409, "illegal_transition")
    done = decide(admin, payout, "paid", reference="UTR 4711").json()["data"]["payout"]
    assert (done["status"], done["reference"]) == ("paid", "UTR 4711")
    assert ledger_queries.balances([paying])[paying] == before
    assert code(decide(admin, payout, "paid", reference="UTR 4711")) == (409, "illegal_transition")
    types = [each["type"] for each in partner.get("/api/notifications").json()["data"]["notifications"]]
    assert (types.count("payout_sent"), types.count("payout_paid")) == (1, 1)


@pytest.mark.parametrize(("paid_before", "status"), [(False, "failed"), (True, "returned")])
def test_money_that_comes_back_is_payable_again(
    admin: Person, partner: Person, paid_before: bool, status: str
) -> None:
    earn(partner, 10_000)
    payout = sent(admin, partner)
    if paid_before:
        decide(admin, payout, "paid", reference="UTR 1")
    answer = decide(admin, payout, "failed", reason="The account is closed.", reference="R 1")
    assert answer.json()["data"]["payout"]["status"] == status
    assert balance(partner)["available"] == 90
    listed = partner.get("/api/notifications").json()["data"]["notifications"]
    assert listed[0]["type"] == "payout_failed"
    assert requested(partner)["id"] != payout["id"]


def test_cash_in_hand_is_set_off_before_a_payout(partner: Person) -> None:
    earn(partner, 100_000)
    collect(partner, 40_000)
    assert [balance(partner)[each] for each in ("payable", "cashInHand", "available")] == [900, 400, 500]
    assert code(request(partner, amount=500.01)) == (409, "insufficient_balance")
    payout = requested(partner)
    assert (payout["amount"], payout["netted"]) == (500, 400)
    assert [balance(partner)[each] for each in ("payable", "held", "cashInHand")] == [500, 500, 0]


def test_a_partner_with_more_cash_than_is_payable_gets_nothing(partner: Person) -> None:
    earn(partner, 100_000)
    collect(partner, 100_000)
    assert [balance(partner)[each] for each in ("payable", "cashInHand", "available")] == [900, 1000, 0]
    assert code(request(partner)) == (409, "nothing_to_pay_out")
    assert balance(partner)["cashInHand"] == 1000


def test_requests_at_the_same_moment_take_no_more_than_there_is(partner: Person) -> None:
    earn(partner, 100_000, basis_points=0)
    answers = [gevent.spawn(request, partner, amount=300) for _ in range(8)]
    gevent.joinall(answers)
    codes = [answer.get().status_code for answer in answers]
    assert (codes.count(201), codes.count(409)) == (3, 5)
    assert balance(partner)["available"] == 100


def test_a_key_is_required_and_makes_a_repetition_harmless(partner: Person) -> None:
    earn(partner, 10_000)
    assert code(partner.post(PAYOUTS, {"currency": "INR"})) == (422, "idempotency_key_required")
    key = new_id()
    first, second = (request(partner, key, amount=10).json()["data"]["payout"] for _ in range(2))
    assert first == second
    assert balance(partner)["held"] == 10


def test_a_changed_account_locks_payouts_for_a_day(admin: Person, partner: Person) -> None:
    earn(partner, 10_000)
    payout = requested(partner, amount=10)
    changed = partner.put(ACCOUNT, {"method": "upi", "holder": "Asha Rao", "upi": "asha@okbank"})
    shown = changed.json()["data"]["payoutAccount"]
    assert (shown["account"], shown["version"]) == ("as••••@okbank", 2)
    assert code(request(partner)) == (409, "payout_locked")
    assert code(decide(admin, payout, "approve")) == (409, "payout_account_changed")
    listed = partner.get("/api/notifications").json()["data"]["notifications"]
    assert listed[0]["type"] == "payout_account_changed"
    with db.transaction():
        own = PayoutAccountRow.user_id == partner.id
        db.execute(update(PayoutAccountRow).where(own).values(locked_until=now() - timedelta(seconds=1)))
    assert request(partner).status_code == 201


def test_the_number_is_encrypted_and_shown_to_nobody_but_who_pays(admin: Person, partner: Person) -> None:
    earn(partner, 10_000)
    payout = requested(partner)
    stored = account_queries.get(partner.id)
    assert stored is not None
    assert EXAMPLE["accountNumber"].encode() not in stored.details
    assert sealed.decrypt(stored) is not None
    answer = partner.get(ACCOUNT)
    assert EXAMPLE["accountNumber"] not in answer.text
    assert answer.json()["data"]["payoutAccount"]["account"] == "HDFC0001234 ••••5678"
    path = f"{ADMIN}/{payout['id']}/destination"
    assert admin.get(path).json()["data"]["destination"] == EXAMPLE
    entries = admin.get(f"/api/admin/audit?subject=payout-{payout['id']}").json()["data"]["entries"]
    assert [each["action"] for each in entries] == ["payout.destination_read"]
    assert partner.get(path).status_code == 403


def test_a_partner_without_an_account_gets_no_payout(world: World) -> None:
    partner = world.person("vendor")
    earn(partner, 10_000)
    assert partner.get(ACCOUNT).json()["data"]["payoutAccount"] is None
    assert code(request(partner)) == (409, "payout_account_missing")


def test_partners_see_their_own_payouts_only(admin: Person, partner: Person, world: World) -> None:
    earn(partner, 10_000)
    payout, other = requested(partner), world.person("vendor")
    assert other.get(f"{PAYOUTS}/{payout['id']}").status_code == 404
    assert other.get(f"{PAYOUTS}?userId={partner.id}").json()["data"]["payouts"] == []
    assert other.post(f"{PAYOUTS}/{payout['id']}/cancel", {}).status_code == 404
    (found,) = admin.get(f"{PAYOUTS}?userId={partner.id}&status=requested").json()["data"]["payouts"]
    assert found["allowedActions"] == ["approve", "cancel"]


def test_the_partner_and_staff_hear_of_changes(admin: Person, partner: Person, world: World) -> None:
    own, staff, other = partner.socket(), admin.socket(), world.person("tailor").socket()
    earn(partner, 10_000)
    payout = requested(partner)
    for socket in (own, staff):
        (event,) = socket.wait("finance:payout_changed", where=lambda data: data["payoutId"] == payout["id"])
        assert (event["status"], event["amount"]) == ("requested", 90)
    assert other.of("finance:payout_changed") == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 0.001}, "amount"),
        ({"amount": 1e14}, "amount"),
        ({"amount": "1e400"}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "JPY", "amount": 1.5}, "amount"),
        ({"userId": new_id()}, "userId"),
    ],
)
def test_a_malformed_request_is_refused(partner: Person, given: Json, field: str) -> None:
    answer = request(partner, **given)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"method": "cash"}, "method"),
        ({"accountNumber": "12"}, "accountNumber"),
        ({"accountNumber": "1234 5678"}, "accountNumber"),
        ({"bankCode": "'; DROP"}, "bankCode"),
        ({"upi": "asha@okbank"}, "upi"),
        ({"method": "upi"}, "upi"),
        ({"holder": "\x00"}, "holder"),
    ],
)
def test_a_malformed_account_is_refused(partner: Person, given: Json, field: str) -> None:
    answer = partner.put(ACCOUNT, EXAMPLE | given)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]


def delete(person: Person) -> None:
    answer = person.call("DELETE", "/api/auth/me", {"password": PASSWORD})
    assert answer.status_code == 200, answer.text


def test_an_export_has_the_payouts_and_the_account_masked(partner: Person) -> None:
    earn(partner, 10_000)
    payout = requested(partner)
    answer = partner.get("/api/auth/export")
    found = answer.json()["data"]["export"]
    assert [each["id"] for each in found["payouts"]] == [payout["id"]]
    assert [each["account"] for each in found["payoutAccounts"]] == ["HDFC0001234 ••••5678"]
    assert EXAMPLE["accountNumber"] not in answer.text


def test_a_deleted_account_keeps_no_number_and_its_request_is_cancelled(
    admin: Person, partner: Person
) -> None:
    earn(partner, 10_000)
    payout = requested(partner)
    delete(partner)
    assert account_queries.get(partner.id) is None
    assert admin.get(f"{PAYOUTS}/{payout['id']}").json()["data"]["payout"]["status"] == "cancelled"


def test_a_deleted_account_is_paid_what_was_approved_and_then_forgotten(
    admin: Person, partner: Person
) -> None:
    earn(partner, 10_000)
    payout = sent(admin, partner)
    delete(partner)
    assert admin.get(f"{ADMIN}/{payout['id']}/destination").status_code == 200
    assert decide(admin, payout, "paid", reference="UTR 1").status_code == 200
    assert account_queries.get(partner.id) is None
