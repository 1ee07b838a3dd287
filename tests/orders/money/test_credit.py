"""Orders on credit: held when they are taken, released when they end, posted when they are completed."""

from __future__ import annotations

import gevent
import pytest
from sqlalchemy import select

from metaia.core import db
from metaia.orders.models import OrderRow
from tests.orders.money import paying
from tests.orders.test_deadline import seen


def limit(cast, amount):
    body = {"limit": amount, "termDays": 30, "reason": "known for years"}
    assert cast.admin.put(f"/api/admin/finance/credit/{cast.customer.id}/INR", body).status_code == 200


def credit(cast):
    (found,) = cast.customer.get("/api/finance/credit").json()["data"]["credits"]
    return found["balance"], found["held"], found["available"]


@pytest.fixture
def order(cast):
    limit(cast, 40)
    return cast.customer.order(partnerId=cast.tailor.id, paymentMethod="credit")


@pytest.mark.parametrize("action", ["accept", "prepare"])
def test_the_total_is_held_when_an_order_is_taken(cast, order, action):
    assert credit(cast) == (0, 0, 40)
    after = cast.tailor.act(order, action)
    assert (after["payment"]["status"], after["payment"]["due"]) == ("on_credit", 0)
    assert credit(cast) == (0, 25, 15)
    if action == "accept":
        cast.tailor.act(order, "prepare")
    assert credit(cast) == (0, 25, 15)
    assert paying.findings(order) == []


def test_a_second_order_is_refused_with_what_is_available(cast, order):
    cast.tailor.act(order, "accept")
    second = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="credit")
    answer = cast.tailor.patch(f"/api/orders/{second['id']}/accept")
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert (error["code"], error["details"]) == ("credit_insufficient", {"available": 15, "currency": "INR"})
    after = seen(cast.tailor, second)
    assert (after["status"], after["version"], after["payment"]["status"]) == ("pending", 1, "unpaid")
    assert paying.findings(second) == []


def test_a_customer_without_credit_is_refused(cast):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="credit")
    answer = cast.tailor.patch(f"/api/orders/{order['id']}/accept")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "credit_insufficient")


@pytest.mark.parametrize(("who", "action"), [("tailor", "cancel"), ("admin", "cancel")])
def test_what_was_held_is_free_when_the_order_ends(cast, order, who, action):
    cast.tailor.act(order, "accept")
    ended = getattr(cast, who).act(order, action)
    assert (ended["payment"]["status"], ended["payment"]["due"]) == ("unpaid", 0)
    assert credit(cast) == (0, 0, 40)
    assert paying.findings(order) == []


def test_an_order_that_was_never_taken_ends_without_a_hold(cast, order):
    cast.tailor.act(order, "reject", reason="closed")
    assert credit(cast) == (0, 0, 40)
    assert paying.findings(order) == []


def test_the_customer_owes_a_completed_order(cast, order):
    for action in ("accept", "ready", "complete"):
        cast.tailor.act(order, action)
    assert credit(cast) == (25, 0, 15)
    assert (paying.balance("partner", cast.tailor.id), paying.due(order)) == (2500, 0)
    assert paying.payment(cast.customer, order)["status"] == "on_credit"
    assert paying.findings(order) == []


def test_an_order_is_completed_though_the_limit_was_lowered(cast, order):
    cast.tailor.act(order, "accept")
    limit(cast, 1)
    cast.tailor.act(order, "ready")
    cast.tailor.act(order, "complete")
    assert credit(cast) == (25, 0, 0)
    assert paying.findings(order) == []


def test_of_200_concurrent_accepts_as_many_succeed_as_the_limit_allows(cast):
    limit(cast, 50 * 25)
    body = {"partnerId": cast.tailor.id, "paymentMethod": "credit"}
    orders = [cast.customer.order(**body) for _ in range(200)]

    def accept(order):
        while (answer := cast.tailor.patch(f"/api/orders/{order['id']}/accept")).status_code == 503:
            gevent.sleep(0.1)  # the server is busy, and asks to repeat the request
        return answer

    calls = [gevent.spawn(accept, order) for order in orders]
    answers = [call.get() for call in calls]
    assert sorted(answer.status_code for answer in answers) == [200] * 50 + [409] * 150
    codes = {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409}
    assert codes == {"credit_insufficient"}
    assert credit(cast) == (0, 1250, 0)
    own = select(OrderRow.id).where(OrderRow.customer_id == cast.customer.id, OrderRow.status == "accepted")
    assert len(db.fetch_all(own)) == 50
