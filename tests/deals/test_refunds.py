"""Refunds and disputes of a deal's payments are entries of its timeline, for those that may see them."""

from __future__ import annotations

import pytest

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.deals.conftest import page, said, timeline
from tests.deals.test_events import refs
from tests.orders.conftest import Cast
from tests.orders.money import paying
from tests.support.people import Person
from tests.support.waiting import until


@pytest.fixture
def order(cast: Cast) -> Json:
    """Give an order of 25 INR that is paid online."""
    return cast.customer.order(partnerId=cast.tailor.id, paymentMethod="online")


def entries(person: Person, order: Json, kind: str, count: int) -> list[Json]:
    """Return the entries of a kind, once there are so many."""
    until(lambda: len(page(person, order["id"], kinds=kind)["data"]["entries"]) >= count)
    return timeline(person, order["id"], kinds=kind)


def refund(cast: Cast, order: Json) -> Json:
    """Let an admin request a refund of a part of the payment."""
    paid = cast.customer.get("/api/payments", params={"orderId": order["id"]}).json()["data"]["payments"]
    answer = cast.admin.post(
        f"/api/payments/{paid[0]['id']}/refunds",
        {"amount": 5, "reason": "requested_by_customer"},
        headers={"Idempotency-Key": new_id()},
    )
    assert answer.status_code == 202, answer.text
    made: Json = answer.json()["data"]["refund"]
    return made


def test_the_steps_of_a_refund_are_in_its_deal(cast: Cast, order: Json) -> None:
    screen = cast.customer.socket()
    paying.pay(order)
    made = refund(cast, order)
    paying.settle_refunds(order)
    heard = screen.wait("refund_update", 2)
    assert [event["dealId"] for event in heard] == [order["id"]] * 2
    for person in (cast.customer, cast.tailor, cast.support):
        found = entries(person, order, "refund", 2)
        assert said(found) == ["refund requested", "refund processed"]
        assert [(entry["id"], entry["cursor"]) for entry in found] == [
            (event["eventId"], event["cursor"]) for event in heard
        ]
        assert {entry["refund"]["status"] for entry in found} == {"processed"}, (
            "a refund is shown as it is now"
        )
    seen = {
        who: entries(getattr(cast, who), order, "refund", 2)[0]["refund"] for who in ("customer", "support")
    }
    assert (seen["customer"]["requestedBy"], seen["support"]["requestedBy"]) == (None, cast.admin.id)
    of_refund = [ref for ref in refs(order["id"], 2) if ref.startswith("refund")]
    assert of_refund == [f"refund:{made['id']}:1:requested", f"refund:{made['id']}:2:processed"]


def test_the_seller_and_staff_see_a_dispute(cast: Cast, order: Json) -> None:
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    screen = cast.tailor.socket()
    reference = paying.pay(order)
    for status in ("open", "won"):
        paying.dispute(order, reference, 2500, status, f"d_{order['id']}")
    heard = screen.wait("dispute_update", 2)
    assert [event["dealId"] for event in heard] == [order["id"]] * 2
    for person in (cast.tailor, cast.support):
        found = entries(person, order, "dispute", 2)
        assert said(found) == ["dispute open", "dispute won"]
        assert [entry["id"] for entry in found] == [event["eventId"] for event in heard]
        assert {(entry["dispute"]["status"], entry["dispute"]["amount"]) for entry in found} == {("won", 25)}
    assert "dispute" not in {entry["kind"] for entry in timeline(cast.customer, order["id"])}
    assert timeline(cast.courier, order["id"], kinds="payment,refund,dispute") == []
