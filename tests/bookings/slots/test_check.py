"""The decision under which bookings are made: the same one as what is shown, with the way out of a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.placing import queries as placing
from metaia.bookings.services import queries as service_queries
from metaia.bookings.slots import service as slot_service
from metaia.core.errors import Conflict, Invalid, Problem
from metaia.core.json import Json
from metaia.core.times import now
from tests.support.people import World
from tests.support.places import KOLKATA, Place, soon

DAY = timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(KOLKATA)).astimezone(UTC)


def refused(
    place: Place, service: Json, starts_at: datetime, seats: int = 1, **more: object
) -> Problem | None:
    """Return what `check` raises."""
    found, calendar = service_queries.get(service["id"]), calendar_queries.get(place.calendar_id)
    assert found is not None
    assert calendar is not None
    try:
        slot_service.check(found, calendar, starts_at, seats, **more)  # type: ignore[arg-type]
    except Problem as problem:
        return problem
    return None


def alternatives(place: Place, service: Json, starts_at: datetime) -> list[Json]:
    """Return what a customer is offered instead of a taken time of the first calendar."""
    body = {"serviceId": service["id"], "startsAt": starts_at.isoformat(), "calendarId": place.calendar_id}
    answer = place.world.person().post("/api/bookings", body)
    assert answer.status_code == 409, answer.text
    found: list[Json] = answer.json()["error"]["details"]["alternatives"]
    return found


def test_what_is_shown_is_accepted_and_what_is_not_shown_is_refused(world: World) -> None:
    place, day = Place(world, "09:00-12:00", "14:00-17:00"), soon()
    service = place.service(stepMinutes=30)
    place.block(service, at(day, 10))
    shown = set(place.times(service, day))
    for minute in range(0, 1440, 30):
        problem = refused(place, service, at(day, *divmod(minute, 60)))
        assert (problem is None) == (f"{minute // 60:02}:{minute % 60:02}" in shown), minute


def test_a_taken_time_is_refused_with_the_next_free_ones(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service()
    for hour in (9, 10):
        place.block(service, at(day, hour))
    problem = refused(place, service, at(day, 9))
    assert isinstance(problem, Conflict)
    assert problem.code == "slot_taken"
    assert "alternatives" not in problem.details  # they are searched after all calendars have refused
    expected = [at(day, 11), *(at(day + DAY, hour) for hour in (9, 10, 11)), at(day + 2 * DAY, 9)]
    free = alternatives(place, service, at(day, 9))
    assert [datetime.fromisoformat(each["startsAt"]) for each in free] == expected
    assert {each["calendarId"] for each in free} == {place.calendar_id}
    for each in free:
        assert refused(place, service, datetime.fromisoformat(each["startsAt"])) is None


def test_a_buffer_before_a_later_start_is_known(world: World) -> None:
    """A block that begins after the end of the new one may take the time before it."""
    place, day = Place(world, "09:00-18:00"), soon()
    prepared, plain = place.service(bufferBeforeMinutes=120), place.service()
    place.block(prepared, at(day, 13))  # from 11:00 on
    service, calendar = service_queries.get(plain["id"]), calendar_queries.get(place.calendar_id)
    assert service is not None
    assert calendar is not None
    for hour, code in ((10, None), (11, "slot_taken"), (12, "slot_taken"), (13, "slot_taken"), (14, None)):
        facts = placing.facts(service, [calendar], at(day, hour), None)
        problem = refused(place, plain, at(day, hour), known=facts.known(calendar))
        assert (problem and problem.code) == code, hour


def test_the_alternatives_are_of_all_calendars_of_the_service(world: World) -> None:
    place, day = Place(world, "09:00-10:00"), soon()
    created = place.partner.post("/api/calendars", {"name": "Chair 2", "timeZone": KOLKATA})
    second = created.json()["data"]["calendar"]["id"]
    place.open("09:00-11:00", calendarId=second)
    service = place.service(calendarIds=[place.calendar_id, second])
    place.block(service, at(day, 9))
    first = alternatives(place, service, at(day, 9))[:3]
    assert [each["calendarId"] for each in first[:2]] == [second, second]
    assert datetime.fromisoformat(first[2]["startsAt"]) == at(day + DAY, 9)


@pytest.mark.parametrize(
    ("starts_at", "code", "detail"),
    [
        (lambda day: now().replace(second=0, microsecond=0) - DAY, "in_the_past", "startsAt"),
        (lambda day: now().replace(second=0, microsecond=0) + timedelta(minutes=5), "too_soon", "earliest"),
        (lambda day: at(day, 9) + 40 * DAY, "too_far", "latest"),
        (lambda day: at(day, 13), "outside_hours", "startsAt"),
        (lambda day: at(day, 11, 30), "outside_hours", "startsAt"),
        (lambda day: at(day, 9, 20), "off_grid", "nearest"),
        (lambda day: at(day, 9) + timedelta(seconds=1), "off_grid", "nearest"),
    ],
    ids=["yesterday", "in 5 minutes", "in 50 days", "at 13", "ends too late", "9:20", "9:00:01"],
)
def test_a_refusal_names_its_reason_and_what_would_do(
    world: World, starts_at, code: str, detail: str
) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service(minNoticeMinutes=60, maxAdvanceDays=30)
    problem = refused(place, service, starts_at(day))
    assert isinstance(problem, Invalid)
    assert problem.code == code
    assert all(isinstance(text, str) for text in problem.details[detail])
    if code == "off_grid":
        assert [datetime.fromisoformat(each) for each in problem.details["nearest"]] == [at(day, 9)]


def test_a_partner_needs_no_hours_and_gets_no_taken_time(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service(minNoticeMinutes=600, maxAdvanceDays=30)
    place.block(service, at(day, 20))
    for free in (at(day, 13, 7), at(day, 21), at(day, 9) + 300 * DAY):
        assert refused(place, service, free, anywhere=True) is None
    for taken in (at(day, 20), at(day, 19, 1), at(day, 20, 59)):
        problem = refused(place, service, taken, anywhere=True)
        assert problem is not None
        assert problem.code == "slot_taken"
    late = refused(place, service, now().replace(second=0, microsecond=0) - DAY, anywhere=True)
    assert late is not None
    assert late.code == "in_the_past"


def test_a_block_that_is_ignored_is_free(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service(stepMinutes=15)
    block_id = place.block(service, at(day, 10))
    problem = refused(place, service, at(day, 10, 15))
    assert problem is not None
    assert problem.code == "slot_taken"
    assert refused(place, service, at(day, 10, 15), ignoring=block_id) is None


def test_a_full_session_states_its_seats(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service(capacity=6)
    block_id = place.block(service, at(day, 10), seats=4)
    assert refused(place, service, at(day, 10), 2) is None
    problem = refused(place, service, at(day, 10), 3)
    assert problem is not None
    assert (problem.status, problem.code, problem.details["seatsLeft"]) == (409, "session_full", 2)
    assert refused(place, service, at(day, 10), 3, ignoring=block_id, own_seats=1) is None
