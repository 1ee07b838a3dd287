"""Bookings keep the time of the clock when the rules of their zone change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from metaia.bookings.rezoning import policy, service
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, act, at, change_row, drift, read, taken
from tests.support.people import Person


def agreed_at(booking: Json, moment: datetime) -> None:
    """Let a booking have been agreed for another time of the clock, as if the rules had been others then."""
    change_row(booking, local_start=f"{moment:%Y-%m-%dT%H:%M}")


def notices(person: Person) -> list[Json]:
    found: list[Json] = person.get("/api/notifications?type=booking_moved").json()["data"]["notifications"]
    return found


@pytest.mark.parametrize(
    ("starts_at", "local", "zone", "expected"),
    [
        ("2026-12-01T17:00:00Z", "2026-12-01T09:00", "America/Vancouver", "2026-12-01T16:00:00Z"),
        ("2026-12-01T16:00:00Z", "2026-12-01T09:00", "America/Vancouver", None),
        ("2026-10-25T00:30:00Z", "2026-10-25T02:30", "Europe/Berlin", None),  # both are shown as 02:30
        ("2026-10-25T01:30:00Z", "2026-10-25T02:30", "Europe/Berlin", None),
        ("2026-12-01T16:00:00Z", "2026-12-01T09:00", "Mars/Olympus", None),
    ],
)
def test_a_booking_is_compared_with_the_clock(
    starts_at: str, local: str, zone: str, expected: str | None
) -> None:
    found = policy.agreed(datetime.fromisoformat(starts_at), local, zone)
    assert found == (datetime.fromisoformat(expected) if expected else None)


def test_bookings_move_together_and_both_sides_are_notified(cast: Cast) -> None:
    shop = cast.shop()
    first, second = shop.book(cast.customer, at(3, 10)), shop.book(cast.other, at(3, 11))
    other = shop.book(cast.customer, at(3, 15))
    for booking, hour in ((first, 11), (second, 12)):  # the first one moves to where the second one is
        agreed_at(booking, at(3, hour))
    assert service.rezone() >= 2
    assert read(cast.customer, first)["startsAt"] == rfc3339(at(3, 11))
    assert read(cast.other, second)["startsAt"] == rfc3339(at(3, 12))
    assert read(cast.customer, other)["version"] == 1
    assert drift(shop) == []
    assert service.rezone() == 0, "once is enough"
    [notice] = notices(cast.customer)
    assert notice["message"].startswith("The rules of a time zone have changed.")
    assert notice["data"]["previousStartsAt"] == rfc3339(at(3, 10))
    assert len(notices(cast.partner)) == 2


def test_what_is_taken_stays_and_does_not_stop_the_others(cast: Cast) -> None:
    shop, free = cast.shop(), cast.shop()
    stuck, fixed = shop.book(cast.customer, at(3, 10)), shop.book(cast.other, at(3, 11))
    moves = free.book(cast.customer, at(4, 10))
    agreed_at(stuck, at(3, 11))
    agreed_at(moves, at(4, 9))
    assert service.rezone() == 1
    assert read(cast.customer, stuck)["startsAt"] == rfc3339(at(3, 10))
    assert read(cast.other, fixed)["version"] == 1
    assert read(cast.customer, moves)["startsAt"] == rfc3339(at(4, 9))
    change_row(stuck, local_start=f"{at(3, 10):%Y-%m-%dT%H:%M}")


def test_the_bookings_of_a_session_move_together(cast: Cast) -> None:
    """A session of two hours moves by one: the new time overlaps the old one."""
    shop = cast.shop(capacity=3, duration_minutes=120)
    first, second = shop.book(cast.customer, at(3, 10), seats=2), shop.book(cast.other, at(3, 10))
    for booking in (first, second):
        agreed_at(booking, at(3, 11))
    assert service.rezone() == 2
    assert read(cast.customer, first)["startsAt"] == rfc3339(at(3, 11))
    assert read(cast.other, second)["startsAt"] == rfc3339(at(3, 11))
    assert taken(shop.calendar_ids[0]) == [(at(3, 11), at(3, 13), 3)]
    assert drift(shop) == []


def test_sessions_that_follow_each_other_stay_apart(cast: Cast) -> None:
    shop = cast.shop(capacity=3)
    early, late = shop.book(cast.customer, at(3, 10)), shop.book(cast.customer, at(3, 11))
    for booking, hour in ((early, 11), (late, 12)):
        agreed_at(booking, at(3, hour))
    assert service.rezone() == 2
    assert [start for start, *_ in taken(shop.calendar_ids[0])] == [at(3, 11), at(3, 12)]
    assert drift(shop) == []


def test_a_request_without_an_answer_ends_instead(cast: Cast) -> None:
    shop = cast.shop(capacity=3, confirmation="request")
    overdue, waits = shop.book(cast.customer, at(3, 10)), shop.book(cast.other, at(3, 10))
    for booking in (overdue, waits):
        agreed_at(booking, at(3, 11))
    change_row(overdue, answer_by=now())
    assert service.rezone() == 1
    assert read(cast.customer, overdue)["status"] == "expired"
    assert read(cast.other, waits)["startsAt"] == rfc3339(at(3, 11))
    assert drift(shop) == []


def test_what_has_changed_since_it_was_read_stays(cast: Cast) -> None:
    shop = cast.shop(locked_until_minutes=0)
    moved, cancelled = shop.book(cast.customer, at(3, 10)), shop.book(cast.other, at(3, 13))
    for booking, hour in ((moved, 9), (cancelled, 14)):
        agreed_at(booking, at(3, hour))
    act(cast.customer, moved, "move", startsAt=at(4).isoformat())
    act(cast.other, cancelled, "cancel")
    assert service.move([moved["id"]], at(3, 9)) == 0
    assert service.move([cancelled["id"]], at(3, 14)) == 0
    assert read(cast.customer, moved)["startsAt"] == rfc3339(at(4))
    assert read(cast.other, cancelled)["status"] == "cancelled"
    assert drift(shop) == []


def test_a_proposal_ends_with_the_move(cast: Cast) -> None:
    shop = cast.shop()
    booking = shop.book(cast.customer, at(3, 10))
    answer = cast.partner.patch(f"/api/bookings/{booking['id']}/move", {"startsAt": at(5).isoformat()})
    assert answer.json()["data"]["booking"]["proposal"] is not None
    agreed_at(booking, at(3, 9))
    assert service.rezone() == 1
    assert read(cast.customer, booking)["proposal"] is None
    assert drift(shop) == []


def test_vancouver_keeps_nine_o_clock_everywhere(cast: Cast) -> None:
    """British Columbia has stopped changing clocks: 9 o'clock in winter is 16:00 UTC, for all parts."""
    soon = datetime.now(UTC) + timedelta(days=2)
    start = next(at for year in (0, 1) if (at := datetime(soon.year + year, 1, 12, 16, tzinfo=UTC)) > soon)
    day = start.date().isoformat()
    shop = cast.shop(zone="America/Vancouver", reminders=[120], max_advance_days=365)
    path = f"/api/bookings/slots?serviceId={shop.service_id}&from={day}&to={day}&format=starts"
    [offered] = cast.customer.get(path).json()["data"]["slots"][shop.service_id].values()
    assert f"{day}T09:00:00-07:00" in offered
    socket = cast.customer.socket()
    booking = shop.book(cast.customer, start)
    assert (booking["localStart"], booking["endsAt"]) == (f"{day}T09:00", rfc3339(start + HOUR))
    [event] = socket.wait("booking-status-update")
    assert (event["booking"]["startsAt"], event["booking"]["localStart"]) == (rfc3339(start), f"{day}T09:00")
    file = cast.customer.get(f"/api/bookings/{booking['id']}.ics").text
    assert f"DTSTART;TZID=America/Vancouver:{start:%Y%m%d}T090000" in file
    [notice] = cast.customer.get("/api/notifications?category=booking").json()["data"]["notifications"]
    assert "09:00 (Vancouver time)" in notice["message"]
    due = text("SELECT due_at FROM booking_reminders WHERE booking_id = :id")
    assert db.fetch_value(due, {"id": booking["id"]}) == start - 2 * HOUR
    assert policy.agreed(start, booking["localStart"], "America/Vancouver") is None
