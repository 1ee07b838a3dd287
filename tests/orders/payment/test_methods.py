"""The payment method of an order, and orders that wait for their payment."""

from __future__ import annotations

import pytest

from metaia.finance import days
from metaia.orders import jobs, queries
from tests.orders.test_deadline import let_time_pass, seen
from tests.orders.test_publish import told


def unpaid(method, due):
    amounts = {"due": due, "paid": 0, "refunded": 0, "disputed": 0, "currency": "INR"}
    status = {"none": "none", "cod": "cash_due"}.get(method, "unpaid")
    return {"method": method, "status": status, **amounts}


@pytest.mark.parametrize(("method", "due"), [("none", 0), ("online", 25), ("cod", 25), ("credit", 25)])
def test_an_order_shows_how_it_is_paid(cast, method, due):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod=method)
    assert order["payment"] == unpaid(method, due)
    assert seen(cast.tailor, order)["payment"] == unpaid(method, due)
    (found,) = cast.customer.get("/api/orders").json()["data"]["orders"]
    assert found["payment"] == unpaid(method, due)


def test_without_a_method_the_setting_counts(cast, app, monkeypatch):
    assert cast.customer.order()["payment"]["method"] == "none"
    monkeypatch.setitem(app.config, "DEFAULT_PAYMENT_METHOD", "cod")
    assert cast.customer.order()["payment"]["method"] == "cod"


def test_an_order_that_costs_nothing_needs_no_payment(cast):
    order = cast.customer.order(paymentMethod="online", items=[{"name": "Button", "quantity": 1, "price": 0}])
    assert order["payment"] == unpaid("none", 0)


@pytest.mark.parametrize("method", ["cash", "", None, 1, ["online"], "ONLINE"])
def test_other_methods_are_refused(cast, method):
    body = {"items": [{"name": "Suit", "quantity": 1, "price": 1}], "paymentMethod": method}
    answer = cast.customer.post("/api/orders", body)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"paymentMethod"}


def test_orders_are_found_by_method_and_status_of_their_payment(cast):
    orders = {method: cast.customer.order(paymentMethod=method)["id"] for method in ("none", "online", "cod")}
    for query, expected in (
        ("paymentMethod=online", {"online"}),
        ("paymentMethod=online,cod", {"online", "cod"}),
        ("paymentStatus=none", {"none"}),
        ("paymentStatus=unpaid,cash_due", {"online", "cod"}),
        ("paymentMethod=cod&paymentStatus=unpaid", set()),
    ):
        found = cast.customer.get(f"/api/orders?{query}").json()["data"]["orders"]
        assert {order["id"] for order in found} == {orders[method] for method in expected}, query
    assert cast.customer.get("/api/orders?paymentStatus=late").status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "/accept", {}),
        ("patch", "/prepare", {}),
        ("put", "/status", {"status": "accepted"}),
        ("put", "/status", {"status": "preparing"}),
    ],
)
def test_an_online_order_cannot_be_taken_before_it_is_paid(cast, method, path, body):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    assert not {"accept", "prepare"} & set(seen(cast.tailor, order)["allowedActions"])
    answer = getattr(cast.tailor, method)(f"/api/orders/{order['id']}{path}", body)
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "payment_required"
    assert error["details"]["order"]["payment"] == unpaid("online", 25)
    assert seen(cast.customer, order)["version"] == 1


def test_staff_cannot_skip_the_payment_either(cast):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    answer = cast.admin.put(f"/api/admin/orders/{order['id']}/status", {"status": "completed"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "payment_required")


def test_the_partner_is_notified_of_an_unpaid_order_neither_when_it_is_placed_nor_when_it_ends(cast):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    cast.customer.act(order, "cancel")
    assert told(cast.customer, order) == ["order_placed"]
    assert told(cast.tailor, order) == []


def test_an_order_that_is_not_paid_in_time_is_cancelled_by_the_system(cast, app, monkeypatch):
    monkeypatch.setitem(app.config, "PAYMENT_MINUTES", 7)
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    assert order["acceptBy"][14:16] == f"{(int(order['createdAt'][14:16]) + 7) % 60:02}"
    let_time_pass(order)
    assert jobs.cancel_overdue() >= 1
    after = seen(cast.customer, order)
    assert (after["status"], after["message"]) == ("cancelled", "The order was not paid in time.")
    assert after["payment"] == unpaid("online", 0)
    assert told(cast.tailor, order) == []


def test_earlier_states_show_the_payment_of_then(cast):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="cod")
    cast.customer.act(order, "cancel")
    then = cast.customer.get(f"/api/orders/{order['id']}?asOf={order['createdAt']}").json()["data"]["order"]
    assert then == order
    assert seen(cast.customer, order)["payment"] == unpaid("cod", 0) | {"status": "unpaid"}


def test_neither_the_tracking_page_nor_anyone_sees_commissions(cast):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    for path in (f"/api/orders/{order['id']}", f"/api/orders/{order['id']}/status"):
        assert "commission" not in cast.customer.get(path).text.lower()
    assert "payment" not in cast.customer.get(f"/api/orders/{order['id']}/status").text


def test_an_order_keeps_the_commission_of_the_day_on_which_it_was_placed(cast):
    rule = {"partnerId": cast.tailor.id, "basisPoints": 1234, "reason": "A contract."}
    before = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    answer = cast.admin.put(
        "/api/admin/finance/commission-rules", rule | {"fromDay": days.today().isoformat()}
    )
    assert answer.status_code == 200
    after = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    house, elsewhere = cast.customer.order(paymentMethod="online"), cast.customer.order()
    rates = [rate(order) for order in (before, after, house, elsewhere)]
    assert rates == [0, 1234, 0, None]


def rate(order):
    found = queries.get(order["id"])
    assert found
    return found.commission_bps
