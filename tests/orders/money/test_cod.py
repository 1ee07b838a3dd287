"""Cash on delivery: collected by the courier, else by the side that completes the order."""

from __future__ import annotations

import pytest

from tests.orders.money import paying
from tests.orders.test_deadline import seen


@pytest.fixture
def order(cast):
    return cast.customer.order(partnerId=cast.tailor.id, paymentMethod="cod")


def ready(cast, order):
    cast.tailor.act(order, "accept")
    return cast.tailor.act(order, "ready")


def test_a_courier_collects_on_delivery(cast, order):
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    ready(cast, order)
    cast.courier.act(order, "dispatch")
    delivered = cast.courier.act(order, "deliver")
    assert (delivered["status"], delivered["payment"]["status"]) == ("delivered", "cash_collected")
    assert paying.payment(cast.customer, order) == paying.shown("cash_collected", paid=25)
    assert (paying.balance("cash", cast.courier.id), paying.due(order)) == (2500, 2500)
    cast.customer.act(order, "complete")
    assert (paying.balance("cash", cast.courier.id), paying.due(order)) == (2500, 0)
    assert paying.balance("partner", cast.tailor.id) == 2500
    data = cast.customer.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
    assert [step["action"] for step in data][-3:] == ["deliver", "payment", "complete"]
    assert paying.findings(order) == []


def test_an_admin_who_says_delivered_does_so_for_the_courier(cast, order):
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    ready(cast, order)
    cast.courier.act(order, "dispatch")
    cast.admin.act(order, "deliver")
    assert (paying.balance("cash", cast.courier.id), paying.balance("cash", cast.admin.id)) == (2500, 0)


def test_a_partner_collects_when_the_order_is_completed(cast, order):
    assert ready(cast, order)["payment"]["status"] == "cash_due"
    done = cast.tailor.act(order, "complete")
    assert (done["status"], done["payment"]["status"]) == ("completed", "cash_collected")
    assert (paying.balance("cash", cast.tailor.id), paying.balance("partner", cast.tailor.id)) == (2500, 2500)
    assert paying.due(order) == 0
    assert paying.findings(order) == []


def test_the_house_collects_for_itself(cast):
    order = cast.customer.order(paymentMethod="cod")
    sales = paying.balance("sales", "house")
    for action in ("accept", "ready", "complete"):
        cast.admin.act(order, action)
    assert paying.balance("cash", cast.admin.id) == 2500
    assert paying.balance("sales", "house") == sales + 2500
    assert paying.findings(order) == []


def test_staff_skips_steps_and_cash_is_collected_once(cast, order):
    answer = cast.admin.put(f"/api/admin/orders/{order['id']}/status", {"status": "completed"})
    assert answer.status_code == 200
    assert paying.balance("cash", cast.tailor.id) == 2500
    assert seen(cast.customer, order)["payment"]["status"] == "cash_collected"
    assert paying.findings(order) == []


def test_nothing_is_collected_of_a_cancelled_order(cast, order):
    ended = cast.tailor.act(order, "cancel")
    assert (ended["payment"]["status"], ended["payment"]["due"]) == ("unpaid", 0)
    assert paying.findings(order) == []
