"""Deals: one by its id, and the list."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.bookings.state import MACHINE as BOOKINGS
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.deals import state
from metaia.offers.state import MACHINE as OFFERS
from metaia.orders.state import MACHINE as ORDERS
from tests.deals.conftest import deal_of
from tests.orders.conftest import Cast
from tests.support.bookings import Shop
from tests.support.people import Person


def listed(person: Person, **query: Any) -> list[Json]:
    """Return the deals of a person, over all pages."""
    found: list[Json] = []
    cursor = None
    while True:
        given = query | ({"cursor": cursor} if cursor else {})
        answer = person.get("/api/deals", params=given)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += body["data"]["deals"]
        cursor = body["meta"]["nextCursor"]
        if cursor is None:
            return found


def test_a_deal_shows_what_has_come_of_it(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="cod")
    assert order["dealId"] == order["id"]
    for person in (cast.customer, cast.tailor, cast.support):
        deal = deal_of(person, order["dealId"])
        assert (deal["stage"], deal["buyerId"], deal["sellerId"]) == (
            "ordered", cast.customer.id, cast.tailor.id,
        )  # fmt: skip
        shown = person.get(f"/api/orders/{order['id']}").json()["data"]["order"]
        assert deal["order"] == shown
        assert deal["allowedActions"]["order"] == shown["allowedActions"]
        assert [deal[name] for name in ("offer", "booking", "payment", "tracking")] == [None] * 4


def test_the_payment_of_a_deal_is_that_of_its_order(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="cod")
    order = cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    for person, action in ((cast.tailor, "prepare"), (cast.tailor, "ready"), (cast.courier, "dispatch")):
        order = person.act(order, action)
    assert deal_of(cast.customer, order["id"])["stage"] == "shipped"
    order = cast.courier.act(order, "deliver")
    deal = deal_of(cast.customer, order["id"])
    assert (deal["payment"]["status"], deal["payment"]["dealId"]) == ("completed", order["id"])
    assert deal_of(cast.courier, order["id"])["payment"] is None
    assert deal_of(cast.courier, order["id"])["order"]["id"] == order["id"]
    cast.customer.act(order, "complete")
    assert deal_of(cast.tailor, order["id"])["stage"] == "completed"


def test_a_booking_is_its_own_deal(cast: Cast) -> None:
    booking = Shop(cast.tailor).book(cast.customer)
    assert booking["dealId"] == booking["id"]
    deal = deal_of(cast.tailor, booking["id"])
    assert (deal["stage"], deal["order"], deal["booking"]["id"]) == ("ordered", None, booking["id"])


def test_strangers_see_no_deal_and_unknown_ones_are_not_found(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    for path in ("", "/timeline"):
        for person in (cast.foreign_customer, cast.foreign_tailor, cast.foreign_courier, cast.courier):
            assert person.get(f"/api/deals/{order['id']}{path}").status_code == 403
        assert cast.customer.get(f"/api/deals/{new_id()}{path}").status_code == 404


def test_the_list_has_ones_own_deals_of_all_kinds_newest_first(cast: Cast) -> None:
    shop, found = Shop(cast.tailor), []
    for number in range(4):
        found.append(cast.customer.order(partnerId=cast.tailor.id, notes=f"velvet {number}")["id"])
        found.append(shop.book(cast.customer, notes=f"velvet {number}")["id"] if number < 1 else None)
    cast.foreign_customer.order(partnerId=cast.tailor.id)
    ids = [each for each in reversed(found) if each]
    for limit in (1, 2, 100):
        assert [deal["id"] for deal in listed(cast.customer, limit=limit)] == ids
        assert [deal["id"] for deal in listed(cast.customer, limit=limit, **{"as": "buyer"})] == ids
    assert listed(cast.customer, **{"as": "seller"}) == []
    assert len(listed(cast.tailor)) == len(ids) + 1
    assert [deal["id"] for deal in listed(cast.tailor, q="velvet 2")] == [found[4]]
    assert listed(cast.courier) == listed(cast.foreign_tailor) == []


def test_the_list_by_stage(cast: Cast) -> None:
    ordered = cast.customer.order(partnerId=cast.tailor.id)
    shipped = cast.order_in("out_for_delivery")
    lost = cast.order_in("rejected")
    expected = {"ordered": [ordered["id"]], "shipped": [shipped["id"]], "lost": [lost["id"]]}
    for stage in state.STAGES:
        deals = listed(cast.customer, stage=stage)
        assert [deal["id"] for deal in deals] == expected.get(stage, []), stage
        assert {deal["stage"] for deal in deals} <= {stage}


@pytest.mark.parametrize(
    "query", [{"as": "courier"}, {"stage": "won"}, {"cursor": "x"}, {"q": " "}, {"limit": 101}]
)
def test_bad_queries_of_the_list(cast: Cast, query: Json) -> None:
    assert cast.customer.get("/api/deals", params=query).status_code == 422


def test_every_status_has_a_stage() -> None:
    for kind, machine in (("order", ORDERS), ("booking", BOOKINGS), ("offer", OFFERS)):
        for status in set(machine.states) - ({"accepted"} if kind == "offer" else set()):
            stage = state.stage(kind, status)
            assert stage in state.STAGES
            assert status in state.statuses(kind, stage)
    assert state.stage("order", "ready", "paid") == "paid"
    assert state.stage("order", "delivered", "paid") == "shipped"
