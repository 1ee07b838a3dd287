"""Shares of random priced orders: postings balance, the shares are what was paid, and no share is below 0."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from metaia.orders.charges import terms as charges
from metaia.payments.booking.postings import postings
from metaia.payments.booking.terms import Terms, commission
from metaia.products.pricing.cart import DELIVERY, Cart, Conditions, Wanted
from metaia.products.pricing.coupon import Coupon
from metaia.products.pricing.price import NOTHING, price
from metaia.providers.payments.facts import Fact
from tests.payments.facts import attempt, dispute, funds, refund, terms
from tests.products.pricing.test_price import NOW, situations

BPS = st.integers(0, 10_000)
DONE = 10  # the minute at which the order earns
PAID = attempt(1, "captured")
NAMES = ("partner", "sales", "commission", "courier", "due", "refunding")  # in credit


def agreed(situation: Any, courier_bps: int, commission_bps: int) -> Terms:
    """Return the terms of an order of a situation, with a courier and a partner."""
    cart, catalogue, conditions, coupon = situation
    priced = price(cart, catalogue, conditions, NOW, coupon)
    counts = coupon if priced.coupon_code else None
    found = charges.agreed(priced, conditions, counts, courier_bps=courier_bps, commission_bps=commission_bps)
    assert found.house_discount >= 0
    assert 0 <= found.courier_share <= priced.total + found.house_discount
    return terms(
        priced.total,
        DONE,
        commission_bps=commission_bps,
        commission_base=found.commission_base,
        promotion=found.house_discount,
        courier="courier",
        courier_share=found.courier_share,
    )


def booked(order: Terms, *facts: Fact) -> Counter[str]:
    """Return the balance of each kind of account: credits above 0, of `promotions` and `losses` debits."""
    found: Counter[str] = Counter()
    for posting in postings(facts, order):
        for line in posting.lines:
            found[line.account.kind] -= line.amount
    debits = {kind: -found[kind] for kind in ("gateway", "promotions", "losses", "disputed", "credit")}
    return Counter({**found, **debits})


def check(order: Terms, found: Counter[str]) -> None:
    kept = found["gateway"] + found["disputed"]
    assert (
        sum(found[name] for name in NAMES) == kept + found["promotions"] + found["losses"] + found["credit"]
    )
    assert all(amount >= 0 for amount in found.values()), found
    assert found["promotions"] <= order.promotion
    assert found["courier"] <= order.courier_share
    assert found["losses"] <= order.courier_share


def paid(order: Terms) -> list[Fact]:
    return [replace(PAID, amount=order.total)] if order.total else []


@settings(max_examples=300, deadline=None)
@given(situations(), BPS, BPS)
def test_a_whole_order_pays_each_share(situation: Any, courier_bps: int, bps: int) -> None:
    order = agreed(situation, courier_bps, bps)
    found = booked(order, *paid(order))
    check(order, found)
    assert (found["courier"], found["promotions"]) == (order.courier_share, order.promotion)
    assert found["commission"] == commission(order.commission_base or 0, bps)
    seller = order.total + order.promotion - found["commission"] - order.courier_share
    assert (found["partner"], found["due"], found["losses"]) == (seller, 0, 0)
    house = booked(replace(order, partner=None), *paid(order))
    check(order, house)
    assert house["sales"] == order.total + order.promotion - order.courier_share
    on_credit = booked(replace(order, credit_of="customer"))
    assert [on_credit[name] for name in NAMES] == [found[name] for name in NAMES]


@settings(max_examples=300, deadline=None)
@given(situations(), BPS, BPS, st.data())
def test_refunds_and_disputes_leave_no_share_below_zero(
    situation: Any, courier_bps: int, bps: int, data: st.DataObject
) -> None:
    order = agreed(situation, courier_bps, bps)
    facts, left = paid(order), order.total
    for number in range(data.draw(st.integers(1, 4))):
        amount, minute = data.draw(st.integers(0, left)), data.draw(st.integers(2, 20))
        left -= amount
        if amount:
            ours = f"r{number}"
            facts += [
                refund(minute, "requested", amount, ours),
                *([refund(minute + 1, "processed", amount, ours)] if data.draw(st.booleans()) else []),
                *([refund(minute + 2, "failed", amount, ours)] if data.draw(st.integers(0, 4)) == 0 else []),
            ]
            check(order, booked(order, *facts))
    if left and data.draw(st.booleans()):
        facts += [dispute(25, "lost", left), funds(25, "deducted", left)]
    check(order, booked(order, *facts))


@settings(max_examples=200, deadline=None)
@given(situations(), BPS, BPS, st.data())
def test_a_refund_takes_the_same_before_and_after_completion(
    situation: Any, courier_bps: int, bps: int, data: st.DataObject
) -> None:
    order = agreed(situation, courier_bps, bps)
    most = max(0, order.total - order.courier_share)
    amount = data.draw(st.integers(0, most))
    if not amount:
        return
    early, late = (
        booked(order, *paid(order), refund(minute, "requested", amount), refund(minute, "processed", amount))
        for minute in (DONE - 1, DONE + 1)
    )
    assert early["courier"] == late["courier"] == order.courier_share
    assert early["promotions"] == late["promotions"]
    assert abs(early["commission"] - late["commission"]) <= 1  # each is rounded once


FREE = Conditions(fee=4_00, free_from=50_00)
HOUSE = Coupon("c", None, "C", "percent", 10_000, "INR")
CASES = (
    # the goods, the tip, the terms and the coupon; the discount of the house, the base and the courier's share
    (20_00, 1_00, FREE, None, (0, 20_00, 5_00)),
    (60_00, 1_00, FREE, None, (0, 60_00, 5_00)),  # the shop pays the delivery that it gives for nothing
    (20_00, 0, FREE, HOUSE, (20_00, 20_00, 4_00)),
    (60_00, 0, FREE, HOUSE, (60_00, 60_00, 4_00)),  # nothing is left to pay
    (20_00, 0, FREE, replace(HOUSE, partner_id="shop"), (0, 0, 4_00)),
    (60_00, 0, FREE, replace(HOUSE, partner_id="shop"), (0, 0, 0)),  # the seller has nothing to pay it from
    (20_00, 0, FREE, replace(HOUSE, kind="free_delivery"), (4_00, 20_00, 4_00)),
    (60_00, 0, FREE, replace(HOUSE, kind="free_delivery"), (0, 60_00, 4_00)),  # it is free without the coupon
    (20_00, 0, FREE, replace(HOUSE, kind="free_delivery", partner_id="shop"), (0, 20_00, 4_00)),
)


def test_who_gives_a_discount_pays_it() -> None:
    for goods, tip, conditions, coupon, expected in CASES:
        items = (Wanted("items.0", 1, name="Shirt", price=goods),)
        cart = Cart("shop", "INR", items, DELIVERY, tip, coupon.code if coupon else None)
        priced = price(cart, NOTHING, conditions, NOW, coupon)
        found = charges.agreed(priced, conditions, coupon, courier_bps=10_000, commission_bps=0)
        assert (found.house_discount, found.commission_base, found.courier_share) == expected


def test_a_courier_gets_a_part_of_the_fee_rounded_down() -> None:
    cart = Cart("shop", "INR", (Wanted("items.0", 1, name="Shirt", price=10_00),), DELIVERY, tip=7)
    conditions = Conditions(fee=4_01)
    found = charges.agreed(
        price(cart, NOTHING, conditions, NOW), conditions, None, courier_bps=7_500, commission_bps=1000
    )
    assert found.courier_share == 7 + 300
