"""Events of orders, bookings and payments name their deal, and are entries of its thread."""

from __future__ import annotations

from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from tests.orders.conftest import Cast
from tests.support.bookings import Shop, act
from tests.support.people import World
from tests.support.waiting import until

REFS = text("SELECT ref FROM event_threads WHERE thread = :deal ORDER BY position")


def refs(deal_id: str, count: int) -> list[str]:
    """Return the refs of a thread, once there are so many."""
    until(lambda: len(db.fetch_all(REFS, {"deal": deal_id})) >= count)
    return [row.ref for row in db.fetch_all(REFS, {"deal": deal_id})]


def test_every_change_of_an_order_and_of_its_payment_is_in_its_deal(world: World) -> None:
    cast = Cast(world)
    screen = cast.customer.socket()
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="cod")
    order = cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    for person, action in ((cast.tailor, "prepare"), (cast.tailor, "ready"), (cast.courier, "dispatch")):
        order = person.act(order, action)
    cast.courier.act(order, "deliver")
    heard = screen.wait("order_update", 7)
    assert (
        [event["dealId"] for event in heard]
        == [event["order"]["dealId"] for event in heard]
        == [order["id"]] * 7
    )
    (paid,) = screen.wait("payment_update")
    assert paid["dealId"] == order["id"]
    found = refs(order["id"], 8)
    assert [ref for ref in found if ref.startswith("order")] == [
        f"order:{order['id']}:{n}" for n in range(1, 8)
    ]
    assert [ref for ref in found if ref.startswith("payment")] == [f"payment:{paid['paymentId']}:2:completed"]
    answer = cast.customer.get(f"/api/payments/{paid['paymentId']}").json()["data"]["payment"]
    assert answer["dealId"] == order["id"]


def test_a_booking_is_its_own_deal(world: World) -> None:
    customer, partner = world.person(), world.person("tailor")
    screen = customer.socket()
    booking = Shop(partner, confirmation="request").book(customer)
    act(partner, booking, "confirm")
    heard: list[Json] = screen.wait("booking-status-update", 2)
    assert booking["dealId"] == booking["id"]
    assert (
        {event["dealId"] for event in heard}
        == {event["booking"]["dealId"] for event in heard}
        == {booking["id"]}
    )
    assert refs(booking["id"], 2) == [f"booking:{booking['id']}:{version}" for version in (1, 2)]
