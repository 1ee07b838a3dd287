"""The auditor is alive: each rule of orders is broken once by hand, and names the order."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from metaia.core import db
from metaia.core.json import Json
from metaia.finance.credit import service as credit_service
from metaia.ledger.audit import registry as audit
from metaia.orders.models import OrderRow
from tests.orders.money import paying
from tests.orders.money.test_credit import limit


def found(rule: str, order: Json) -> bool:
    return any(order["id"] in each.subject for each in audit.check(rule, full=True))


def change(order: Json, **values: object) -> None:
    with db.transaction():
        db.execute(update(OrderRow).where(OrderRow.id == order["id"]).values(**values))


def test_a_payment_that_is_shown_wrongly(cast):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    assert not found("order_payment", order)
    change(order, payment={"status": "paid", "due": 0, "paid": 2500, "refunded": 0, "disputed": 0})
    assert found("order_payment", order)


def test_money_that_a_dead_order_holds(cast):
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")
    paying.pay(order)
    assert not found("order_settled", order)
    change(order, status="cancelled")
    assert found("order_settled", order)


@pytest.fixture
def on_credit(cast):
    limit(cast, 40)
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="credit")
    return cast.tailor.act(order, "accept")


def test_a_hold_that_is_missing(cast, on_credit):
    assert not found("order_holds", on_credit)
    with db.transaction():
        credit_service.release(on_credit["id"])
    assert found("order_holds", on_credit)


def test_a_hold_of_an_order_that_has_ended(cast, on_credit):
    change(on_credit, status="cancelled")
    assert found("order_holds", on_credit)


def test_a_completed_order_on_credit_that_is_not_booked(cast, on_credit):
    cast.tailor.act(on_credit, "ready")
    done = cast.tailor.act(on_credit, "complete")
    assert not found("order_on_credit", done)
    change(done, subtotal=done["total"] * 100 + 1, total=done["total"] * 100 + 1)
    assert found("order_on_credit", done)
    change(done, subtotal=done["total"] * 100, total=done["total"] * 100)
