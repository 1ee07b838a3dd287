"""The export of bookings, and the deletion of an account that has some."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from metaia.bookings import locks
from metaia.bookings.personal_data import privacy, queries
from metaia.bookings.queries import Booking
from metaia.core import db
from metaia.core.errors import Conflict
from metaia.core.json import Json
from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, act, at, change_row, drift, read, shift
from tests.support.people import PASSWORD, Person

INFO = {"name": "Unmistakable Name", "phone": "+919876501234"}


def export(person: Person) -> list[Json]:
    answer = person.get("/api/auth/export")
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["data"]["export"]["bookings"]
    return found


def leave(person: Person) -> None:
    """Delete an account, and run the job that follows."""
    answer = person.call("DELETE", "/api/auth/me", {"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    privacy.cancel_open()
    privacy.erase_customers()


def row(booking: Json) -> Json:
    query = text(
        "SELECT status, cancelled_by, fee, customer_info, notes, words::text FROM bookings WHERE id = :id"
    )
    return dict(db.fetch_all(query, {"id": booking["id"]})[0]._mapping)


def test_each_side_exports_what_it_may_see(cast: Cast) -> None:
    booking = cast.shop().book(cast.customer, at(3), customerInfo=INFO, notes="an unmistakable note")
    [own] = export(cast.customer)
    assert (own["id"], own["customerInfo"]["name"]) == (booking["id"], INFO["name"])
    assert own["notes"] == "an unmistakable note"
    [theirs] = export(cast.partner)
    assert theirs["id"] == booking["id"]
    assert INFO["name"] not in str(theirs)
    assert "unmistakable" not in str(theirs)
    assert export(cast.other) == []


def test_a_customer_that_leaves_frees_what_was_booked(cast: Cast) -> None:
    shop = cast.shop()
    coming = shop.book(cast.customer, at(3), customerInfo=INFO, notes="an unmistakable note")
    past = shop.book(cast.customer, at(4), customerInfo=INFO)
    shift(past, at(-3))
    change_row(past, status="completed", local_start=f"{at(-3):%Y-%m-%dT%H:%M}")
    assert cast.customer.post("/api/bookings/calendar-feed").status_code == 201
    leave(cast.customer)
    found = row(coming)
    assert (found["status"], found["cancelled_by"]) == ("cancelled", "customer")
    assert read(cast.partner, coming)["status"] == "cancelled"
    shop.book(cast.other, at(3))
    for booking in (coming, past):
        left = row(booking)
        assert INFO["name"] not in str(left)
        assert "unmistakable" not in str(left)
    assert row(past)["status"] == "completed"
    notices = cast.partner.get("/api/notifications?type=booking_cancelled").json()["data"]["notifications"]
    assert [notice["data"]["bookingId"] for notice in notices] == [coming["id"]]
    assert (
        db.fetch_value(
            text("SELECT count(*) FROM calendar_feeds WHERE user_id = :id"), {"id": cast.customer.id}
        )
        == 0
    )
    assert drift(shop) == []


def test_a_customer_that_leaves_pays_nothing_for_a_request(cast: Cast) -> None:
    booking = cast.shop(confirmation="request").book(cast.customer)
    shift(booking, now() + HOUR)  # it is too late to cancel
    leave(cast.customer)
    found = row(booking)
    assert (found["status"], found["fee"]) == ("cancelled", 0)


def test_the_words_of_a_customer_that_leaves_are_erased_from_the_timeline(cast: Cast) -> None:
    booking = cast.shop(confirmation="request").book(cast.customer)
    act(cast.partner, booking, "confirm", message="See you then.")
    act(cast.customer, booking, "cancel", message="an unmistakable illness")
    leave(cast.customer)
    steps = cast.partner.get(f"/api/bookings/{booking['id']}/timeline").json()["data"]["timeline"]
    assert [each["note"] for each in steps] == [None, "See you then.", None]


def test_a_partner_that_leaves_cancels_for_nothing(cast: Cast) -> None:
    booking = cast.shop().book(cast.customer, at(1))
    leave(cast.partner)
    found = row(booking)
    assert (found["status"], found["cancelled_by"], found["fee"]) == ("cancelled", "partner", 0)
    notices = cast.customer.get("/api/notifications?type=booking_cancelled").json()["data"]["notifications"]
    assert len(notices) == 1


def test_a_booking_that_cannot_be_cancelled_does_not_delay_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = cast.shop()
    first, second = shop.book(cast.customer, at(3)), shop.book(cast.customer, at(4))
    lock = locks.booking

    def locked(known: Booking, *calendar_ids: str | None) -> Booking:
        if known.id == first["id"]:
            raise Conflict("The booking was moved at the same moment.", code="stale_version")
        return lock(known, *calendar_ids)

    monkeypatch.setattr(locks, "booking", locked)
    leave(cast.customer)
    assert [row(each)["status"] for each in (first, second)] == ["confirmed", "cancelled"]


def test_bookings_between_two_deleted_users_are_found_once_and_by_their_start(cast: Cast) -> None:
    shop = cast.shop()
    late, early = shop.book(cast.customer, at(4)), shop.book(cast.customer, at(3))
    for person in (cast.customer, cast.partner):
        assert person.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    mine = {late["id"], early["id"]}
    found = [each for each in queries.open_of_deleted(100) if each in mine]  # other tests leave some, too
    assert found == [early["id"], late["id"]]


def test_nothing_happens_to_bookings_of_others(cast: Cast) -> None:
    shop = cast.shop(capacity=3)
    mine, theirs = shop.book(cast.customer, at(3)), shop.book(cast.other, at(3))
    leave(cast.customer)
    assert (row(mine)["status"], row(theirs)["status"]) == ("cancelled", "confirmed")
    act(cast.other, theirs, "cancel")
    assert drift(shop) == []
