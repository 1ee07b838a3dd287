"""Credit: limits, holds of orders, due dates, and freezing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
import pytest
from flask import Flask

from metaia.core import db
from metaia.core.errors import Conflict
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.finance import days
from metaia.finance.credit import jobs, service
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Posting, credit, debit
from metaia.ledger.holds import service as hold_service
from tests.support.people import Person, World

CREDIT = "/api/admin/finance/credit"


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture(autouse=True)
def context(app: Flask) -> Any:
    with app.app_context():
        yield


@pytest.fixture
def customer(admin: Person, world: World) -> Person:
    """A customer with a limit of 100.00 INR, to be paid within 30 days."""
    made = world.person("customer")
    assert put(admin, made, 100).status_code == 200
    return made


def put(admin: Person, person: Person, limit: Any, currency: str = "INR", **more: Any) -> Any:
    body: Json = {"limit": limit, "termDays": 30, "reason": "known for years"}
    return admin.put(f"{CREDIT}/{person.id}/{currency}", body | more)


def shown(person: Person) -> Json:
    (found,) = person.get("/api/finance/credit").json()["data"]["credits"]
    return found


def hold(person: Person, amount: int, order: str | None = None) -> str:
    order = order or new_id()
    with db.transaction():
        service.hold(order, person.id, "INR", amount)
    return order


def use(person: Person, amount: int, *, days_ago: int = 0, order: str | None = None) -> None:
    """Use credit as a completed order does, so many days ago."""
    at = datetime.now(UTC) - timedelta(days=days_ago)
    account, partner = Account("credit", person.id, "INR"), Account("partner", new_id(), "INR")
    held = service.hold_id(order) if order else None
    lines = [debit(account, amount, hold_id=held), credit(partner, amount)]
    with db.transaction():
        ledger_service.post(Posting(f"credit:{order or new_id()}", "credit", lines, at=at))
        service.moved(person.id, "INR", "used")


def repay(person: Person, amount: int) -> None:
    lines = [
        debit(Account("bank", "house", "INR"), amount),
        credit(Account("credit", person.id, "INR"), amount),
    ]
    with db.transaction():
        ledger_service.post(Posting(f"settled:{new_id()}", "settled", lines))
        service.moved(person.id, "INR", "repaid")


def refused(code: str, person: Person, amount: int) -> Json:
    with pytest.raises(Conflict) as error, db.transaction():
        service.hold(new_id(), person.id, "INR", amount)
    assert error.value.code == code
    return error.value.details


def test_an_order_holds_credit_and_uses_it(customer: Person) -> None:
    order = hold(customer, 6000)
    assert [shown(customer)[each] for each in ("balance", "held", "available")] == [0, 60, 40]
    assert refused("credit_insufficient", customer, 4001) == {"available": 40, "currency": "INR"}
    use(customer, 5000, order=order)
    assert [shown(customer)[each] for each in ("balance", "held", "available")] == [50, 0, 50]


def test_a_hold_is_made_once_and_ends_once(customer: Person) -> None:
    order = hold(customer, 10_000)
    hold(customer, 10_000, order)
    with db.transaction():
        assert service.release(order)
        assert not service.release(order)
        assert not service.release(new_id())
    assert shown(customer)["available"] == 100


def test_after_a_refusal_the_transaction_can_go_on(customer: Person) -> None:
    with db.transaction():
        with pytest.raises(Conflict):
            service.hold(new_id(), customer.id, "INR", 10_001)
        service.hold(new_id(), customer.id, "INR", 10_000)
    assert shown(customer)["available"] == 0


def test_orders_at_the_same_moment_do_not_exceed_the_limit(app: Flask, customer: Person) -> None:
    def accept() -> str:
        with app.app_context():
            try:
                hold(customer, 1000)
            except Conflict as error:
                return error.code
        return "held"

    orders = [gevent.spawn(accept) for _ in range(30)]
    gevent.joinall(orders)
    outcomes = [order.get() for order in orders]
    assert (outcomes.count("held"), outcomes.count("credit_insufficient")) == (10, 20)


def test_a_limit_below_what_is_used_ends_nothing_and_accepts_nothing(admin: Person, customer: Person) -> None:
    order = hold(customer, 8000)
    assert put(admin, customer, 50).json()["data"]["credit"]["available"] == 0
    assert refused("credit_insufficient", customer, 1) == {"available": 0, "currency": "INR"}
    use(customer, 8000, order=order)
    assert (shown(customer)["balance"], shown(customer)["limit"]) == (80, 50)


def test_a_customer_without_credit_has_none(world: World) -> None:
    stranger = world.person("customer")
    assert refused("credit_insufficient", stranger, 1) == {"available": 0, "currency": "INR"}
    assert stranger.get("/api/finance/credit").json()["data"]["credits"] == []


def test_frozen_credit_accepts_nothing_new_and_goes_on_with_the_rest(admin: Person, customer: Person) -> None:
    order = hold(customer, 1000)
    path = f"{CREDIT}/{customer.id}/INR"
    frozen = admin.post(f"{path}/freeze", {"reason": "a doubt", "expectedVersion": 1})
    assert (frozen.status_code, frozen.json()["data"]["credit"]["status"]) == (200, "frozen")
    refused("credit_frozen", customer, 1)
    again = admin.post(f"{path}/freeze", {"reason": "a doubt"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "illegal_transition")
    use(customer, 1000, order=order)
    assert admin.post(f"{path}/unfreeze", {"reason": "no doubt"}).status_code == 200
    hold(customer, 1000)
    entries = admin.get(f"/api/admin/audit?subject=credit-{customer.id}").json()["data"]["entries"]
    assert [each["action"] for each in entries] == ["credit.unfreeze", "credit.freeze", "credit.set"]


def test_repayments_settle_the_oldest_debts_first(customer: Person) -> None:
    use(customer, 1000, days_ago=40)
    use(customer, 2000, days_ago=20)
    before = shown(customer)
    assert (before["overdue"], before["nextDue"]["amount"], before["riskGrade"]) == (10, 20, "D")
    repay(customer, 400)
    assert shown(customer)["overdue"] == 6
    repay(customer, 1100)
    after = shown(customer)
    due = days.of(datetime.now(UTC) - timedelta(days=20)) + timedelta(days=30)
    assert (after["overdue"], after["nextDue"]) == (0, {"amount": 15, "day": due.isoformat()})


def test_an_overdue_debt_refuses_orders_at_once_and_the_job_freezes(customer: Person) -> None:
    use(customer, 1000, days_ago=31)
    refused("credit_overdue", customer, 1)
    for _ in range(2):  # a repetition on the same day does nothing
        while jobs.check(days.today()):
            pass
        assert (shown(customer)["status"], shown(customer)["version"]) == ("frozen", 2)
    listed = customer.get("/api/notifications").json()["data"]["notifications"]
    assert [each["type"] for each in listed][:1] == ["credit_overdue"]
    assert [each["type"] for each in listed].count("credit_overdue") == 1
    repay(customer, 1000)
    assert shown(customer)["status"] == "active"
    hold(customer, 1000)


def test_the_clock_does_not_end_what_staff_has_frozen(admin: Person, customer: Person) -> None:
    admin.post(f"{CREDIT}/{customer.id}/INR/freeze", {"reason": "a doubt"})
    use(customer, 1000)
    repay(customer, 1000)
    while jobs.check(days.today() + timedelta(days=1)):
        pass
    assert shown(customer)["status"] == "frozen"


def test_a_debt_is_announced_once_before_it_is_due(customer: Person) -> None:
    use(customer, 1000, days_ago=28)
    for later in (0, 1):
        while jobs.check(days.today() + timedelta(days=later)):
            pass
    listed = customer.get("/api/notifications").json()["data"]["notifications"]
    assert [each["type"] for each in listed].count("credit_due") == 1
    assert listed[0]["data"]["amount"] == "10.00 INR"


def test_the_customer_and_staff_hear_of_changes(admin: Person, customer: Person, world: World) -> None:
    own, staff, other = customer.socket(), admin.socket(), world.person("customer").socket()
    hold(customer, 2500)
    for socket in (own, staff):
        (event,) = socket.wait(
            "finance:credit_changed", where=lambda data: data["userId"] == customer.id and data["held"] == 25
        )
        assert (event["available"], event["reason"]) == (75, "held")
    assert other.of("finance:credit_changed") == []


def test_a_stale_version_is_refused(admin: Person, customer: Person) -> None:
    answer = put(admin, customer, 200, expectedVersion=7)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_version")
    assert put(admin, customer, 200, expectedVersion=1).status_code == 200


def test_only_customers_have_credit(admin: Person, world: World) -> None:
    assert put(admin, world.person("tailor"), 100).status_code == 404
    assert put(admin, world.person("customer"), 100, "XXX").status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit": -1}, "limit"),
        ({"limit": 1e14}, "limit"),
        ({"limit": 1.001}, "limit"),
        ({"limit": "1e400"}, "limit"),
        ({"termDays": 0}, "termDays"),
        ({"termDays": 181}, "termDays"),
        ({"reason": ""}, "reason"),
        ({"status": "active"}, "status"),
    ],
)
def test_malformed_credit_is_refused(admin: Person, customer: Person, given: Json, field: str) -> None:
    body = {"limit": 1, "termDays": 30, "reason": "known for years"} | given
    answer = admin.put(f"{CREDIT}/{customer.id}/INR", body)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]


def test_a_new_limit_and_repayments_at_the_same_moment_do_not_wait_for_each_other(
    app: Flask, admin: Person, customer: Person
) -> None:
    use(customer, 1000, days_ago=31)
    while jobs.check(days.today()):
        pass
    order = hold_without_check(customer, 500)

    def use_and_repay() -> None:
        with app.app_context():
            use(customer, 500, order=order)
            repay(customer, 1500)

    limits = [gevent.spawn(put, admin, customer, 100 + number) for number in range(8)]
    used = gevent.spawn(use_and_repay)
    gevent.joinall(limits, raise_error=True)
    used.get()
    assert {each.get().status_code for each in limits} == {200}
    jobs.check(days.today() + timedelta(days=1))
    assert [shown(customer)[each] for each in ("balance", "overdue", "status")] == [0, 0, "active"]


def hold_without_check(person: Person, amount: int) -> str:
    """Hold credit of a frozen account, as an order did that was accepted before."""
    order = new_id()
    with db.transaction():
        hold_service.hold(service.hold_id(order), Account("credit", person.id, "INR"), amount)
    return order
