"""Who gets the money of priced orders: the partner, a courier of the pool, and the house that pays for its coupons."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.couriers.models import PartnerCourierRow
from metaia.finance import days
from metaia.finance.payout_accounts.schemas import EXAMPLE
from metaia.finance.payouts import jobs as payout_jobs
from metaia.ledger import queries as ledger_queries
from metaia.ledger import service as ledger_service
from metaia.ledger.audit import registry as audit
from metaia.ledger.chart import Account, Posting, credit, debit
from metaia.orders.models import OrderRow
from metaia.payments import service as payment_service
from tests.orders.money import paying
from tests.orders.money.test_credit import limit
from tests.support.catalogues import add, open_shop

PLACE: Json = {"lat": 18.52, "lng": 73.85}
TIERS = [{"up_to_m": 8_000, "minimum": 0, "fee": 40_00, "free_from": 500_00}]
RULES = ("order_shares", "order_agreed", "order_paid_by_house")


def _stated(body: Json) -> Json:
    """Return a body without the fields that are not given."""
    return {name: value for name, value in body.items() if value is not None}


class Sale:
    """A shop that gives 10 % to the house, its courier, and a coupon of the house. Goods 100, delivery 40, tip 5."""

    def __init__(self, cast: Any, admin: Any) -> None:
        self.shop, self.courier, self.customer, self.admin = cast.tailor, cast.courier, cast.customer, admin
        open_shop(self.shop, **PLACE, area={"kind": "radius", "radius_m": 8_000}, tiers=TIERS)
        self.product = add(self.shop, name="Shirt", price=100)
        rule = {"partnerId": self.shop.id, "basisPoints": 1000, "reason": "A contract."}
        body = rule | {"fromDay": days.today().isoformat()}
        assert admin.put("/api/admin/finance/commission-rules", body).status_code == 200
        self.house = paying.balance("promotions", "house")
        self.lost = paying.balance("losses", "house")

    def coupon(self, person: Any, value: float = 10, **body: Any) -> str:
        made = {"code": new_id(), "kind": "percent", "value": value} | body
        answer = person.post("/api/coupons", _stated(made))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["coupon"]["code"])

    def order(self, method: str = "online", quantity: int = 1, **more: Any) -> Json:
        items = [{"productId": self.product["id"], "quantity": quantity}]
        place = {"destination": PLACE | {"address": "Near"}, "tip": 5, "paymentMethod": method}
        answer = self.customer.post(
            "/api/orders", {"partnerId": self.shop.id, "items": items} | _stated(place | more)
        )
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()["data"]["order"]
        return found

    def carry(self, order: Json) -> Json:
        """Let the courier carry an order, and the customer complete it."""
        self.shop.act(order, "accept")
        self.shop.act(order, "ready")
        self.shop.act(order, "assign", deliveryPartnerId=self.courier.id)
        self.courier.act(order, "dispatch")
        self.courier.act(order, "deliver")
        return self.customer.act(order, "complete")

    def money(self) -> tuple[int, int, int, int]:
        """Return what partner and courier have, and what the house has paid and lost, in paise."""
        return (
            paying.balance("partner", self.shop.id),
            paying.balance("courier", self.courier.id),
            paying.balance("promotions", "house") - self.house,
            paying.balance("losses", "house") - self.lost,
        )

    def pricing(self, person: Any, order: Json) -> Json:
        found: Json = person.get(f"/api/orders/{order['id']}/pricing").json()["data"]["pricing"]
        return found


@pytest.fixture
def sale(cast):
    return Sale(cast, cast.admin)


def found(order: Json) -> set[str]:
    return {
        rule for rule in RULES if any(order["id"] in each.subject for each in audit.check(rule, full=True))
    }


def change(order: Json, **values: object) -> None:
    with db.transaction():
        db.execute(update(OrderRow).where(OrderRow.id == order["id"]).values(**values))


def book(order: Json, key: str, kind: str, *lines: Any) -> None:
    with db.transaction():
        ledger_service.post(Posting(f"{key}:order-{order['id']}", kind, lines, f"order-{order['id']}"))


def account(kind: str, owner: str = "house") -> Account:
    return Account(kind, owner, "INR")


def test_an_order_of_the_pool_pays_partner_courier_and_house(sale):
    order = sale.order(coupon=sale.coupon(sale.admin))
    assert order["total"] == 135
    paying.pay(order, 135_00)
    assert sale.money() == (0, 0, 0, 0)
    sale.carry(order)
    assert sale.money() == (90_00, 45_00, 10_00, 0)
    assert (paying.due(order), paying.findings(order)) == (0, [])
    shown = sale.pricing(sale.shop, order)
    assert [shown[name] for name in ("commissionBase", "houseDiscount", "courierShare")] == [100, 10, 45]
    assert shown["coupon"]["paidBy"] == "house"
    hidden = {"commissionBase", "houseDiscount", "courierShare"}
    assert not hidden & sale.pricing(sale.customer, order).keys()
    assert hidden <= sale.pricing(sale.admin, order).keys()


def test_the_coupon_of_a_partner_is_paid_by_the_partner(sale):
    order = sale.order(coupon=sale.coupon(sale.shop))
    paying.pay(order, 135_00)
    sale.carry(order)
    assert sale.money() == (81_00, 45_00, 0, 0)  # 135 without the courier's 45 and 10 % of 90
    assert paying.findings(order) == []


def test_couriers_of_the_own_fleet_and_partners_share_with_nobody(sale):
    with db.transaction():
        row = {"partner_id": sale.shop.id, "courier_id": sale.courier.id, "state": "active", "since": now()}
        db.execute(insert(PartnerCourierRow).values(row))
    order = sale.order()
    paying.pay(order, 145_00)
    sale.shop.act(order, "accept")
    sale.shop.act(order, "assign", deliveryPartnerId=sale.courier.id)
    with db.transaction():  # what counts is when the courier got the order
        db.execute(delete(PartnerCourierRow).where(PartnerCourierRow.courier_id == sale.courier.id))
    assert sale.pricing(sale.shop, order)["courierShare"] == 0
    sale.shop.act(order, "ready")
    sale.courier.act(order, "dispatch")
    sale.courier.act(order, "deliver")
    sale.customer.act(order, "complete")
    assert sale.money() == (135_00, 0, 0, 0)
    alone = sale.order()
    paying.pay(alone, 145_00)
    for action in ("accept", "ready", "complete"):
        sale.shop.act(alone, action)
    assert sale.money() == (270_00, 0, 0, 0)
    assert paying.findings(order, alone) == []


def test_a_courier_sets_collected_cash_off_against_the_pay(sale):
    order = sale.order("cod")
    sale.carry(order)
    assert sale.money() == (90_00, 45_00, 0, 0)
    assert paying.balance("cash", sale.courier.id) == 145_00
    (shown,) = sale.courier.get("/api/finance/balance").json()["data"]["balances"]
    assert shown == {"currency": "INR", "payable": 45, "held": 0, "cashInHand": 145, "available": 0}
    other = sale.order()
    paying.pay(other, 145_00)
    sale.carry(other)
    third = sale.order(tip=100)
    paying.pay(third, 240_00)
    sale.carry(third)
    (shown,) = sale.courier.get("/api/finance/balance").json()["data"]["balances"]
    assert (shown["payable"], shown["available"]) == (230, 85)
    assert sale.courier.put("/api/finance/payout-account", EXAMPLE).status_code == 200
    asked = sale.courier.post(
        "/api/finance/payouts", {"currency": "INR"}, headers={"Idempotency-Key": new_id()}
    )
    payout = asked.json()["data"]["payout"]
    assert (payout["amount"], payout["netted"], payout["status"]) == (85, 145, "requested")
    assert paying.balance("cash", sale.courier.id) == 0
    path = f"/api/admin/finance/payouts/{payout['id']}"
    assert sale.admin.post(f"{path}/approve", {}).status_code == 200
    (read,) = sale.courier.get("/api/finance/payouts").json()["data"]["payouts"]
    assert read["id"] == payout["id"]
    assert payout_jobs.send() >= 1
    assert paying.balance("courier", sale.courier.id) == 0
    kinds = {
        each["type"] for each in sale.courier.get("/api/finance/transactions").json()["data"]["transactions"]
    }
    assert kinds == {"earning", "cash", "payout"}
    (summary,) = sale.courier.get("/api/finance/summary").json()["data"]["summaries"]
    assert (summary["partner"]["gross"], summary["partner"]["commission"]) == (230, 0)


def test_an_order_on_credit_has_the_same_shares(sale, cast):
    limit(cast, 500)
    order = sale.order("credit", coupon=sale.coupon(sale.admin))
    sale.carry(order)
    assert sale.money() == (90_00, 45_00, 10_00, 0)
    assert paying.findings(order) == []


def test_the_house_pays_an_order_that_costs_nothing(sale):
    coupon = sale.coupon(sale.admin, 100)
    order = sale.order(fulfilment="pickup", destination=None, tip=None, coupon=coupon)
    assert (order["total"], order["payment"]["status"]) == (0, "none")
    for action in ("accept", "ready", "complete"):
        sale.shop.act(order, action)
    assert sale.money() == (90_00, 0, 100_00, 0)
    assert paying.findings(order) == []
    elsewhere = sale.order("none", fulfilment="pickup", destination=None, tip=None, coupon=coupon)
    sale.customer.act(elsewhere, "cancel")
    free = sale.order("none", coupon=coupon)
    sale.carry(free)
    assert sale.money() == (90_00, 0, 100_00, 0)  # its money is settled elsewhere


def test_an_order_that_has_ended_pays_nobody(sale):
    order = sale.order(coupon=sale.coupon(sale.admin))
    paying.pay(order, 135_00)
    sale.shop.act(order, "accept")
    sale.shop.act(order, "assign", deliveryPartnerId=sale.courier.id)
    sale.shop.act(order, "cancel")
    paying.settle_refunds(order)
    assert (*sale.money(), paying.due(order)) == (0, 0, 0, 0, 0)
    assert paying.findings(order) == []


def test_a_courier_keeps_the_pay_when_the_order_is_refunded(sale):
    order = sale.order(coupon=sale.coupon(sale.admin))
    reference = paying.pay(order, 135_00)
    sale.carry(order)
    paying.refund(order, reference, 45_00)  # half of what is not the courier's
    assert sale.money() == (45_00, 45_00, 5_00, 0)
    assert paying.findings(order) == []
    paying.dispute(order, reference, 90_00, "lost", "disp_1")
    assert sale.money() == (0, 45_00, 0, 45_00)
    assert paying.findings(order) == []


def test_a_refund_before_the_end_takes_from_the_same_shares(sale):
    order = sale.order(coupon=sale.coupon(sale.admin))
    reference = paying.pay(order, 135_00)
    sale.shop.act(order, "accept")
    paying.refund(order, reference, 45_00)
    sale.shop.act(order, "ready")
    sale.shop.act(order, "assign", deliveryPartnerId=sale.courier.id)
    sale.courier.act(order, "dispatch")
    sale.courier.act(order, "deliver")
    sale.customer.act(order, "complete")
    assert sale.money() == (45_00, 45_00, 5_00, 0)
    assert paying.findings(order) == []


def test_a_failed_refund_is_the_customers_and_no_share(sale):
    order = sale.order(coupon=sale.coupon(sale.admin))
    reference = paying.pay(order, 135_00)
    sale.carry(order)
    ours = new_id()
    paying.refund(order, reference, 45_00, "requested", ours)
    paying.refund(order, reference, 45_00, "failed", ours)
    assert (*sale.money(), paying.due(order)) == (45_00, 45_00, 5_00, 0, 45_00)
    assert found(order) == set()


def test_a_reversal_takes_all_shares_until_the_next_fact(sale):
    order = sale.order(coupon=sale.coupon(sale.admin))
    paying.pay(order, 135_00)
    sale.carry(order)
    (posting,) = ledger_queries.by_keys([f"earned:order-{order['id']}"]).values()
    with db.transaction():
        ledger_service.reverse(posting.id)
    assert (*sale.money(), paying.due(order)) == (0, 0, 0, 0, 135_00)
    assert any(order["id"] in each.subject for each in audit.check("payment_is_booked", full=True))
    with db.transaction():
        payment_service.follow("order", order["id"])
    assert sale.money() == (90_00, 45_00, 10_00, 0)
    assert paying.findings(order) == []


def test_a_partner_gives_back_no_pay_of_a_courier(sale):
    order = sale.order()
    paying.pay(order, 145_00)
    sale.carry(order)
    (payment,) = sale.shop.get(f"/api/payments?orderId={order['id']}").json()["data"]["payments"]

    def refund(person: Any, amount: float) -> tuple[int, Json]:
        path, headers = f"/api/payments/{payment['id']}/refunds", {"Idempotency-Key": new_id()}
        answer = person.post(path, {"amount": amount, "reason": "other"}, headers=headers)
        return answer.status_code, answer.json().get("error", {})

    earned = {"partner": sale.shop.id}
    book(
        order,
        "test",
        "test",
        debit(account("bank"), 500_00),
        credit(account("partner", earned["partner"]), 500_00),
    )
    status, error = refund(sale.shop, 100.01)
    assert (status, error["code"], error["details"]["courierShare"]) == (409, "refund_exceeds", 45)
    assert refund(sale.shop, 60)[0] == 202
    assert refund(sale.shop, 40.01)[0] == 409
    assert refund(sale.shop, 40)[0] == 202
    assert refund(sale.admin, 45)[0] == 202
    assert sale.money()[1:] == (45_00, 0, 45_00)


def test_the_auditor_finds_each_share_that_is_wrong(sale):
    order = sale.order(coupon=sale.coupon(sale.admin))
    paying.pay(order, 135_00)
    sale.carry(order)
    assert found(order) == set()
    change(order, courier_share=44_00)
    assert found(order) == {"order_shares"}
    change(order, courier_share=45_00, house_discount=9_00)
    assert found(order) == {"order_shares", "order_agreed"}
    change(order, house_discount=10_00, commission_base=111_00)
    assert found(order) == {"order_agreed"}
    change(order, commission_base=100_00, courier_own=True)
    assert found(order) == {"order_shares"}
    change(order, courier_own=False)
    other = account("courier", new_id())
    book(
        order,
        "corrected:earned",
        "corrected",
        debit(account("courier", sale.courier.id), 1),
        credit(other, 1),
    )
    assert found(order) == {"order_shares"}


def test_the_auditor_finds_what_the_house_has_not_paid(sale):
    order = sale.order(fulfilment="pickup", destination=None, tip=None, coupon=sale.coupon(sale.admin, 100))
    change(order, status="completed", earned_at=now())
    assert found(order) == {"order_shares", "order_paid_by_house"}
    with db.transaction():
        payment_service.follow("order", order["id"])
    assert found(order) == set()


def test_a_courier_is_offered_what_it_will_get(sale):
    order = sale.order(coupon=sale.coupon(sale.admin, kind="free_delivery", value=None))
    assert (order["total"], order["fees"][0]["amount"]) == (105, 0)
    paying.pay(order, 105_00)
    sale.shop.act(order, "accept")
    assert sale.courier.put("/api/couriers/me/shift", {"on": True, "vehicle": "bicycle"}).ok
    delivery = sale.shop.act(order, "ready")["delivery"]["id"]
    offered = sale.courier.get("/api/deliveries").json()["data"]["deliveries"]
    (one,) = [each for each in offered if each["id"] == delivery]
    assert (one["pay"], one["tip"]) == (40, 5)
    assert sale.courier.post(f"/api/deliveries/{delivery}/claim", {}).ok
    sale.courier.act(order, "dispatch")
    sale.courier.act(order, "deliver")
    sale.customer.act(order, "complete")
    assert sale.money() == (90_00, 45_00, 40_00, 0)
    assert paying.findings(order) == []


def test_an_order_without_a_method_moves_no_money(sale):
    order = sale.order("none", coupon=sale.coupon(sale.admin))
    sale.carry(order)
    assert sale.money() == (0, 0, 0, 0)
    assert sale.pricing(sale.shop, order)["courierShare"] == 0
