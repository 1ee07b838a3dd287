"""Services that change their length while sessions of the former length are booked."""

from __future__ import annotations

from metaia.bookings import jobs
from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.bookings.holds.test_paying import SECOND
from tests.support.bookings import HOUR, Shop, at, change_row, drift, pay, read, taken


def lengthen(shop: Shop, minutes: int) -> None:
    changed = shop.partner.patch(f"/api/services/{shop.service_id}", {"durationMinutes": minutes})
    assert changed.status_code == 200, changed.text


def test_a_session_of_another_length_is_in_the_way_and_is_not_offered(cast: Cast):
    shop = cast.shop(capacity=5)
    shop.book(cast.customer)
    lengthen(shop, 90)
    day = at().date().isoformat()
    query = f"serviceId={shop.service_id}&from={day}&to={day}&format=starts"
    starts = cast.other.get(f"/api/bookings/slots?{query}").json()["data"]["slots"][shop.service_id][day]
    assert at().isoformat()[:16] not in {each[:16] for each in starts}
    for person in (cast.other, cast.partner):
        refused = shop.try_to_book(person, customerInfo={"name": "Ravi"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "slot_taken")
    lengthen(shop, 60)
    shop.book(cast.other)
    assert taken(shop.calendar_ids[0]) == [(at(), at() + HOUR, 2)]


def test_a_late_payment_for_a_session_of_another_length_is_lost_and_given_back(cast: Cast):
    shop = cast.shop(capacity=5, payment="full")
    booking = shop.book(cast.customer)
    change_row(booking, held_until=now() - SECOND)
    jobs.end_overdue()
    lengthen(shop, 90)
    shop.book(cast.other)
    pay(booking)
    assert read(cast.customer, booking)["status"] == "expired"
    steps = cast.customer.get(f"/api/bookings/{booking['id']}/timeline").json()["data"]["timeline"]
    assert "lose" in [each["action"] for each in steps]
    assert drift(shop) == []
