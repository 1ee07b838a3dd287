"""What ends by itself: requests without an answer, holds, and bookings of the past."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from gevent.pool import Pool

from metaia.bookings import jobs, locks
from metaia.bookings.queries import Booking
from metaia.core.errors import Conflict
from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, act, at, change_row, drift, read, shift, taken, try_to

SECOND = timedelta(seconds=1)


def test_a_request_without_an_answer_expires_and_frees_its_time(cast: Cast):
    shop = cast.shop(confirmation="request")
    booking = shop.book(cast.customer)
    jobs.end_overdue()
    assert read(cast.customer, booking)["status"] == "pending"
    change_row(booking, answer_by=now() - SECOND)
    jobs.end_overdue()
    assert read(cast.customer, booking)["status"] == "expired"
    assert taken(shop.calendar_ids[0]) == []


def test_an_expired_request_does_not_block_until_the_job_runs(cast: Cast):
    shop = cast.shop(confirmation="request")
    booking = shop.book(cast.customer)
    change_row(booking, answer_by=now() - SECOND)
    assert shop.book(cast.other)["status"] == "pending"
    assert read(cast.customer, booking)["status"] == "expired"
    assert drift(shop) == []


def test_an_answer_after_its_deadline_is_refused_before_the_job_runs(cast: Cast):
    shop = cast.shop(confirmation="request")
    request, booking = shop.book(cast.customer), shop.book(cast.other, at(hour=14))
    act(cast.partner, booking, "confirm")
    act(cast.partner, booking, "move", startsAt=at(hour=18).isoformat())
    change_row(request, answer_by=now() - SECOND)
    change_row(booking, proposal_answer_by=now() - SECOND)
    for person, late, action in (
        (cast.partner, request, "confirm"),
        (cast.other, booking, "accept-move"),
    ):
        refused = try_to(person, late, action)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "too_late")
    jobs.end_overdue()
    assert read(cast.customer, request)["status"] == "expired"
    assert read(cast.other, booking)["proposal"] is None


def test_bookings_of_the_past_are_completed_after_twelve_hours(cast: Cast):
    shop = cast.shop()
    booking = shop.book(cast.customer)
    shift(booking, now() - 12 * HOUR)
    jobs.complete_past()
    assert read(cast.customer, booking)["status"] == "confirmed"
    shift(booking, now() - 13 * HOUR - SECOND)
    jobs.complete_past()
    assert read(cast.customer, booking)["status"] == "completed"


def test_all_bookings_of_the_past_are_completed_however_many_they_are(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jobs, "BATCH", 1)
    shop = cast.shop()
    bookings = [shop.book(cast.customer, at(hour=hour)) for hour in (10, 12, 14)]
    for hours, booking in enumerate(bookings):
        shift(booking, now() - (14 + 2 * hours) * HOUR)
    jobs.complete_past()
    assert {read(cast.customer, each)["status"] for each in bookings} == {"completed"}


def test_a_booking_that_cannot_be_ended_does_not_delay_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    shop = cast.shop(confirmation="request")
    first, second = (shop.book(cast.customer, at(hour=hour)) for hour in (10, 12))
    for minutes, booking in ((2, first), (1, second)):
        change_row(booking, answer_by=now() - minutes * 60 * SECOND)
    lock = locks.booking

    def locked(known: Booking, *calendar_ids: str | None) -> Booking:
        if known.id == first["id"]:
            raise Conflict("The booking was moved at the same moment.", code="stale_version")
        return lock(known, *calendar_ids)

    monkeypatch.setattr(locks, "booking", locked)
    jobs.end_overdue()
    assert [read(cast.customer, each)["status"] for each in (first, second)] == ["pending", "expired"]


def test_a_confirmation_and_a_cancellation_at_once_leave_one_state(cast: Cast):
    shop = cast.shop(confirmation="request")
    for hour in range(4):
        booking = shop.book(
            cast.customer, now().replace(hour=hour, minute=0, second=0, microsecond=0) + 7 * 24 * HOUR
        )
        both = [
            partial(try_to, cast.partner, booking, "confirm"),
            partial(try_to, cast.customer, booking, "cancel"),
        ]
        answers = Pool(2).map(lambda call: call(), both)
        assert {each.status_code for each in answers} <= {200, 409}
        final = read(cast.customer, booking)
        assert final["status"] == "cancelled"
        assert final["version"] == 1 + sum(each.ok for each in answers)
    assert drift(shop) == []
