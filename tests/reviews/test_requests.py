"""Requests to review: two hours after the end of an order or booking, once."""

from __future__ import annotations

from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.notifications import queries as notification_queries
from metaia.reviews.requests import service
from tests.reviews.conftest import Visit
from tests.support.bookings import insert_booking

DUE = """
    UPDATE review_requests SET due_at = due_at - interval '2 hours'
    WHERE id = :id AND due_at > now() + interval '1 hour'
"""
WAITING = "SELECT count(*) FROM review_requests WHERE id = :id"


def let_pass(purchase_id: str) -> int:
    """Let two hours pass for one request; return how many there were."""
    with db.transaction():
        found = db.execute(text(DUE), {"id": purchase_id}).rowcount
    service.send_due()
    assert db.fetch_value(text(WAITING), {"id": purchase_id}) == 0
    return found


def requests(visit: Visit) -> list[Json]:
    """Return the data of the requests that the customer has got."""
    rows, _ = notification_queries.page(
        visit.customer.id, filters={}, sort="createdAt", limit=100, cursor=None
    )
    return [row.data for row in rows if row.type == "review_request"]


def test_an_order_is_asked_about_once(visit: Visit) -> None:
    order = visit.customer.order(partnerId=visit.partner.id)
    for action in ("accept", "prepare", "ready"):
        order = visit.partner.act(order, action)
        assert db.fetch_value(text(WAITING), {"id": order["id"]}) == 0
    order = visit.partner.act(order, "dispatch")
    visit.partner.world.staff().act(order, "deliver")
    service.send_due()
    assert requests(visit) == []  # not yet
    assert let_pass(order["id"]) == 1
    assert [data["orderId"] for data in requests(visit)] == [order["id"]]
    visit.partner.act(order, "complete")
    assert db.fetch_value(text(WAITING), {"id": order["id"]}) == 0
    assert len(requests(visit)) == 1


def test_what_is_reviewed_or_was_cancelled_is_not_asked_about(visit: Visit) -> None:
    done = visit.customer.order(partnerId=visit.partner.id)
    for action in ("prepare", "ready", "complete"):
        visit.partner.act(done, action)
    visit.write(orderId=done["id"])
    assert let_pass(done["id"]) == 1
    cancelled = visit.customer.order(partnerId=visit.partner.id)
    visit.customer.act(cancelled, "cancel")
    assert let_pass(cancelled["id"]) == 0
    assert requests(visit) == []


def test_a_booking_is_asked_about_and_the_request_ends_with_the_review(visit: Visit) -> None:
    booking_id = insert_booking(visit.customer.id, visit.partner.id, "complete", proposed_by="partner")
    assert visit.partner.patch(f"/api/bookings/{booking_id}/complete").status_code == 200
    assert let_pass(booking_id) == 1
    [data] = requests(visit)
    assert (data["bookingId"], data["kind"]) == (booking_id, "booking")
    sent = [Row(data)]
    assert service.still_true(sent) == {"1"}
    visit.write(bookingId=booking_id)
    assert service.still_true(sent) == set()


class Row:
    """A notification that waits to be sent."""

    notification_id = "1"

    def __init__(self, data: Json) -> None:
        self.data = data
