"""Online orders: paid before they are taken, earned when they are completed, given back when they end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import structlog

from metaia.core import db
from metaia.core.times import now
from metaia.finance import days
from metaia.orders import jobs as order_jobs
from metaia.orders.money import jobs
from tests.orders.money import paying
from tests.orders.test_deadline import let_time_pass, seen
from tests.orders.test_publish import told


@pytest.fixture
def order(cast):
    return cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")


def at_ten_percent(cast):
    rule = {"partnerId": cast.tailor.id, "basisPoints": 1000, "reason": "A contract."}
    body = rule | {"fromDay": days.today().isoformat()}
    assert cast.admin.put("/api/admin/finance/commission-rules", body).status_code == 200
    return cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")


def completed(cast, order):
    for action in ("accept", "ready", "complete"):
        order = cast.tailor.act(order, action)
    return order


def told_of_order(person, order):
    """Return the types of what somebody was told about an order, without what payments tell of its money."""
    return [notice for notice in told(person, order) if notice.startswith("order_")]


@pytest.mark.parametrize("status", ["captured", "authorized"])
def test_the_partner_is_notified_and_the_clock_begins_when_an_order_is_paid(cast, app, order, status):
    assert told(cast.tailor, order) == []
    earliest = now() + timedelta(minutes=app.config["ORDER_ACCEPT_MINUTES"])
    paying.pay(order, status=status)
    after = seen(cast.tailor, order)
    assert after["payment"]["status"] == {"captured": "paid", "authorized": "authorized"}[status]
    assert earliest <= datetime.fromisoformat(after["acceptBy"]) <= earliest + timedelta(minutes=1)
    assert {"accept", "prepare"} <= set(after["allowedActions"])
    assert told_of_order(cast.tailor, order) == ["order_new"]
    assert cast.tailor.act(order, "accept")["status"] == "accepted"
    assert paying.findings(order) == []


def test_a_part_is_not_enough(cast, order):
    paying.pay(order, 2499)
    assert paying.payment(cast.tailor, order) == {
        "status": "unpaid",
        "due": 0.01,
        "paid": 24.99,
        "refunded": 0,
        "disputed": 0,
    }
    answer = cast.tailor.patch(f"/api/orders/{order['id']}/accept")
    assert answer.json()["error"]["code"] == "payment_required"
    paying.pay(order, 1)
    assert cast.tailor.act(order, "accept")["payment"]["status"] == "paid"
    assert told_of_order(cast.tailor, order) == ["order_new"]


def test_a_payment_is_a_version_a_step_and_an_event(cast, order):
    customer, tailor = cast.customer.socket(), cast.tailor.socket()
    paying.pay(order)
    for socket in (customer, tailor):
        (update,) = socket.wait("order_update", where=lambda data: data["orderId"] == order["id"])
        assert (update["status"], update["previousStatus"]) == ("pending", "pending")
        assert update["order"]["payment"]["status"] == "paid"
        assert update["order"]["version"] == 2
    assert set(tailor.wait("order_update")[-1]["order"]["allowedActions"]) >= {"accept", "prepare"}
    data = cast.customer.get(f"/api/orders/{order['id']}/timeline").json()["data"]
    steps = [(step["action"], step["version"], step["actorRole"]) for step in data["timeline"]]
    assert steps == [("create", 1, "customer"), ("payment", 2, "system")]
    then = cast.customer.get(f"/api/orders/{order['id']}?asOf={order['createdAt']}").json()["data"]["order"]
    assert then == order
    assert data["order"]["payment"]["status"] == "paid"


def test_a_repeated_fact_changes_nothing(cast, order):
    reference = paying.pay(order)
    paying.pay(order, reference=reference)
    assert seen(cast.customer, order)["version"] == 2


def test_an_order_that_was_paid_in_time_does_not_expire_as_unpaid(cast, order):
    let_time_pass(order)
    paying.pay(order)
    order_jobs.cancel_overdue()
    assert seen(cast.customer, order)["status"] == "pending"


def test_a_completed_order_earns_at_the_rate_of_its_day(cast):
    order = at_ten_percent(cast)
    house = paying.balance("commission", "house")
    paying.pay(order)
    assert paying.due(order) == 2500
    done = completed(cast, order)
    assert done["payment"]["status"] == "paid"
    assert (paying.due(order), paying.balance("partner", cast.tailor.id)) == (0, 2250)
    assert paying.balance("commission", "house") == house + 250
    assert paying.findings(order) == []


def test_staff_skips_steps_and_the_order_still_earns(cast, order):
    paying.pay(order)
    answer = cast.admin.put(f"/api/admin/orders/{order['id']}/status", {"status": "completed"})
    assert answer.status_code == 200
    assert paying.balance("partner", cast.tailor.id) == 2500
    assert paying.findings(order) == []


def test_an_order_that_is_captured_after_its_completion_earns_then(cast, order):
    reference = paying.pay(order, status="authorized")
    completed(cast, order)
    assert (paying.due(order), paying.balance("partner", cast.tailor.id)) == (0, 0)
    paying.pay(order, reference=reference)
    assert (paying.due(order), paying.balance("partner", cast.tailor.id)) == (0, 2500)
    assert paying.payment(cast.customer, order)["status"] == "paid"
    assert paying.findings(order) == []


def test_a_provider_whose_clock_is_ahead_takes_nothing_from_the_partner(cast, order):
    paying.take(order, paying.attempt("captured", 2500, at=now() + timedelta(minutes=5)))
    completed(cast, order)
    assert (paying.due(order), paying.balance("partner", cast.tailor.id)) == (0, 2500)
    assert paying.findings(order) == []


@pytest.mark.parametrize(
    ("who", "action"), [("customer", "cancel"), ("tailor", "reject"), ("tailor", "cancel")]
)
def test_the_money_of_an_order_that_ends_is_refunded_with_it(cast, order, who, action):
    paying.pay(order)
    body = {"reason": "closed"} if action == "reject" else {}
    ended = getattr(cast, who).act(order, action, **body)
    assert ended["payment"] | {"method": "", "currency": ""} == {
        "method": "", "status": "paid", "due": 0, "paid": 25, "refunded": 0, "disputed": 0, "currency": "",
    }  # fmt: skip
    assert (paying.due(order), paying.findings(order)) == (0, [])
    paying.settle_refunds(order)
    assert paying.payment(cast.customer, order)["status"] == "refunded"
    assert seen(cast.customer, order)["status"] in {"cancelled", "rejected"}
    assert paying.run_jobs(order) == 0
    assert paying.findings(order) == []


def test_the_money_of_an_order_nobody_accepts_is_refunded(cast, order):
    paying.pay(order)
    let_time_pass(order)
    order_jobs.cancel_overdue()
    after = seen(cast.customer, order)
    assert (after["status"], after["message"]) == ("cancelled", "Nobody accepted the order in time.")
    assert paying.due(order) == 0
    assert {"order_expired", "order_new"} <= set(told(cast.tailor, order))
    assert paying.findings(order) == []


@pytest.mark.parametrize("first", ["authorized", "cancelled"])
def test_what_is_authorized_for_a_dead_order_is_cancelled_at_the_provider(cast, order, first):
    steps = [lambda: paying.pay(order, status="authorized"), lambda: cast.customer.act(order, "cancel")]
    for step in steps if first == "authorized" else steps[::-1]:
        step()
    assert paying.planned(order) == ["closing"]


def test_late_money_for_a_dead_order_is_refunded_by_itself(cast, order):
    cast.customer.act(order, "cancel")
    paying.pay(order)
    assert paying.payment(cast.customer, order)["status"] == "paid"
    assert "order_settled" in str(paying.findings(order))  # it is a finding as long as it is held
    assert paying.run_jobs(order) == 1
    assert paying.run_jobs(order) == 0
    assert (paying.due(order), paying.findings(order)) == (0, [])
    paying.settle_refunds(order)
    assert paying.payment(cast.customer, order)["refunded"] == 25


def test_the_sweep_finds_what_the_job_has_missed_and_logs_it(cast, order):
    cast.customer.act(order, "cancel")
    paying.pay(order)
    for found in (True, False):
        with structlog.testing.capture_logs() as logs:
            jobs.give_back_all()
        assert (order["id"] in {each.get("order") for each in logs}) is found
        assert paying.due(order) == 0


def test_a_failed_refund_stays_the_customers_claim_and_is_not_repeated(cast, order):
    paying.pay(order)
    cast.customer.act(order, "cancel")
    paying.settle_refunds(order, "failed")
    assert paying.due(order) == 2500
    assert paying.run_jobs(order) == 0
    assert paying.payment(cast.customer, order)["refunded"] == 0
    assert paying.findings(order) == []


def test_an_excess_is_refunded_when_the_order_is_completed(cast, order):
    paying.pay(order)
    paying.pay(order, 2500)
    assert paying.payment(cast.customer, order)["status"] == "overpaid"
    completed(cast, order)
    assert (paying.due(order), paying.balance("partner", cast.tailor.id)) == (2500, 2500)
    assert paying.run_jobs(order) == 1
    paying.settle_refunds(order)
    assert paying.payment(cast.customer, order) == {
        "status": "paid",
        "due": 0,
        "paid": 50,
        "refunded": 25,
        "disputed": 0,
    }
    assert (paying.due(order), paying.balance("partner", cast.tailor.id)) == (0, 2500)
    assert paying.findings(order) == []


def test_of_several_payments_the_latest_money_is_refunded(cast, order):
    """The earliest is what the order has earned, so the partner gives nothing back."""
    for amount in (1000, 2400):
        paying.pay(order, amount)
    completed(cast, order)
    assert paying.run_jobs(order) == 1
    paying.settle_refunds(order)
    assert (paying.due(order), paying.balance("partner", cast.tailor.id)) == (0, 2500)
    assert paying.payment(cast.customer, order) == paying.shown("paid", paid=34, refunded=9)
    assert paying.findings(order) == []


def test_money_that_comes_twice_after_the_completion_is_refunded(cast, order):
    paying.pay(order)
    completed(cast, order)
    paying.pay(order, 700)
    assert paying.run_jobs(order) == 1
    paying.settle_refunds(order)
    assert (paying.due(order), paying.balance("partner", cast.tailor.id)) == (0, 2500)
    assert paying.payment(cast.customer, order)["status"] == "paid"
    assert paying.findings(order) == []


def test_a_dispute_shows_and_goes(cast, order):
    reference = paying.pay(order)
    completed(cast, order)
    paying.dispute(order, reference, 2500, "open", f"d_{order['id']}")
    assert paying.payment(cast.tailor, order) == {
        "status": "disputed",
        "due": 0,
        "paid": 25,
        "refunded": 0,
        "disputed": 25,
    }
    paying.dispute(order, reference, 2500, "won", f"d_{order['id']}")
    assert paying.payment(cast.tailor, order)["status"] == "paid"
    assert paying.findings(order) == []


def test_of_a_transaction_that_fails_nothing_is_left(cast, order):
    """The posting, the payment, the order and its event commit together."""

    def fail():
        with db.transaction():
            paying.take(order, paying.attempt("captured", 2500))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (paying.due(order), seen(cast.customer, order)["version"]) == (0, 1)
