"""The arithmetic of rounds: totals are exact to the minor unit in currencies with 0, 2 and 3 decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaia.core import money
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.offers import service
from metaia.offers.create import create
from metaia.offers.rounds import amounts
from tests.offers.conftest import Negotiation, refusal

CURRENCIES = ("INR", "JPY", "KWD")
prices = st.integers(0, 10**9)
quantities = st.integers(1, 10_000)


def item(number: int, price: int | None, quantity: int, least: int = 0) -> Json:
    return {"id": str(number), "name": "", "quantity": quantity, "minQuantity": least, "price": price}


@given(st.lists(st.tuples(prices, quantities), min_size=1, max_size=100), st.integers(0, 10**12))
def test_a_total_is_kept_whatever_the_items_cost(pairs: list[tuple[int, int]], total: int) -> None:
    items = [item(n, price, quantity) for n, (price, quantity) in enumerate(pairs)]
    try:
        found = amounts.of(items, 0, total)
    except Invalid:
        assert abs(total - sum(p * q for p, q in pairs)) > money.MAX_MINOR
        return
    assert found.total == total
    assert amounts.of(items, found.adjustment, None) == found


@given(st.lists(st.tuples(prices, quantities, st.integers(0, 10_000)), min_size=1, max_size=20))
def test_what_is_taken_costs_what_it_costs(rows: list[tuple[int, int, int]]) -> None:
    items = [item(n, price, quantity) for n, (price, quantity, _) in enumerate(rows)]
    wanted = {str(n): min(taken, quantity) for n, (_, quantity, taken) in enumerate(rows)}
    try:
        found = amounts.taken(items, 0, wanted)
    except Invalid:
        assert not any(wanted.values())
        return
    assert amounts.sum_of(found) == sum(price * wanted[str(n)] for n, (price, _, _) in enumerate(rows))
    assert all(each["quantity"] for each in found)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_the_total_of_an_order_is_that_of_the_round(app: Flask, deal: Negotiation, currency: str) -> None:
    """Proof 4: to the minor unit, with totals that are no multiple of the quantity."""
    buyer, seller = Actor(deal.buyer.id, "customer", "", 0), Actor(deal.seller.id, "tailor", "", 0)
    unit = 10 ** money.exponent(currency)

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(prices, quantities), min_size=1, max_size=5), st.integers(0, 10**11))
    def agree(pairs: list[tuple[int, int]], total: int) -> None:
        items = [
            {"name": "Linen", "quantity": quantity, "unit": None, "price": Decimal(price) / unit}
            for price, quantity in pairs
        ]
        body: Json = {
            "recipient_id": seller.id, "items": items, "currency": currency, "message": None,
            "previous_offer_id": None, "total": Decimal(total) / unit,
        }  # fmt: skip
        try:
            offer = create(buyer, body)
        except Invalid:
            assert abs(total - sum(p * q for p, q in pairs)) > money.MAX_MINOR
            return
        answer: Json = {"quantities": {}, "message": None}
        after, order = service.accept(seller, offer.id, answer, version=frozenset({1}))
        assert offer.total == after.total == total
        assert order["total"] == money.to_major(total, currency)
        listed = sum(round(each["price"] * unit) * each["quantity"] for each in order["items"])
        assert listed + round(order["adjustment"] * unit) == total

    with app.app_context():
        agree()


def test_bad_amounts_are_refused(deal: Negotiation) -> None:
    """Proof 6."""
    one = {"name": "Suit", "quantity": 1, "price": 5}
    bodies: tuple[Json, ...] = (
        {"total": 1.005},
        {"total": -1},
        {"adjustment": 1, "total": 2},
        {"currency": "JPY", "total": 1.5},
        {"currency": "XXX"},
        {"items": []},
        {"items": [one] * 101},
        {"items": [one | {"quantity": 0}]},
        {"items": [one | {"quantity": 10_001}]},
        {"items": [one | {"minQuantity": 2}]},
        {"items": [one | {"price": 0.001}]},
        {"items": [one | {"price": 10**11, "quantity": 10_000}]},
        {"items": [one | {"name": "\u0000"}]},
        {"items": [one | {"name": "x" * 201}]},
        {"message": "x" * 1001},
        {"terms": {"paymentTerms": "later"}},
        {"terms": {"deliverBy": "10000-01-01"}},
        {"validUntil": "2026-W10"},
        {"recipientId": "1"},
    )
    for body in bodies:
        status, _ = refusal(deal.ask(**body))
        assert status in {400, 422}, body
    for number in ("NaN", "Infinity", "1e400", "-1e400", "1E+99999999"):
        raw = f'{{"recipientId": "{deal.seller.id}", "items": [{{"name": "Suit", "quantity": 1}}], "total": {number}}}'
        answer = deal.buyer.post("/api/offers", data=raw, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}, number
    assert refusal(deal.ask(adjustment=-12400.01)) == (422, "invalid")
    assert deal.make(adjustment=-12400)["total"] == 0
