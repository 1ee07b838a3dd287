"""GET /api/bookings/slots: what is offered, for whom, how it looks, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from flask import Flask

from metaia.bookings.slots import listing
from metaia.bookings.slots import request as slot_request
from metaia.core.http import endpoint
from metaia.core.ids import new_id
from metaia.core.times import now
from tests.support.people import World
from tests.support.places import KOLKATA, Place, soon

DAY = timedelta(days=1)


def at(day: date, hour: int, minute: int = 0, zone: str = KOLKATA) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone))


def test_starts_are_shown_by_the_clock_of_the_place_and_of_the_reader(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service()
    data = place.ask(day).json()["data"]
    first = {"startsAt": f"{day}T09:00:00+05:30", "seatsLeft": 1}
    assert data["slots"][service["id"]][day.isoformat()][0] == first
    assert (data["timeZone"], data["partnerTimeZone"]) == (KOLKATA, KOLKATA)
    assert 0 < data["validFor"] <= 60
    elsewhere = place.ask(day, timeZone="America/St_Johns", format="starts").json()["data"]
    [starts] = elsewhere["slots"].values()
    [shown, *_] = [start for each in starts.values() for start in each]
    assert datetime.fromisoformat(shown) == at(day, 9)
    assert shown[-6:] in {"-03:30", "-02:30"}


def test_a_block_takes_its_time_and_its_buffers(world: World) -> None:
    place, day = Place(world, "08:00-13:00"), soon()
    service = place.service(durationMinutes=30, stepMinutes=15, bufferBeforeMinutes=15, bufferAfterMinutes=30)
    place.block(service, at(day, 10))
    times = place.times(service, day)
    assert [each for each in times if "08:30" < each < "11:30"] == ["08:45", "11:15"]


def test_a_session_shows_its_seats_until_it_is_full(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service(capacity=6)
    place.block(service, at(day, 10), seats=4)
    listed = place.ask(day, serviceId=service["id"]).json()["data"]["slots"][service["id"]][day.isoformat()]
    assert [each["seatsLeft"] for each in listed] == [6, 2, 6]
    assert place.times(service, day, seats=3) == ["09:00", "11:00"]
    assert place.times(service, day, seats=7) == []


def test_notice_and_advance_are_moments_and_not_dates(world: World) -> None:
    place = Place(world, "00:00-24:00")
    hasty = place.service(minNoticeMinutes=0, maxAdvanceDays=1)
    patient = place.service(minNoticeMinutes=2880, maxAdvanceDays=3)
    data = place.ask(soon(0) - DAY, soon(5), format="starts").json()["data"]["slots"]
    moment = now()
    for service, least, most in ((hasty, 0, 1), (patient, 2, 3)):
        starts = [datetime.fromisoformat(each) for day in data[service["id"]].values() for each in day]
        slack = timedelta(minutes=2)
        assert moment + least * DAY - slack <= starts[0] < moment + least * DAY + timedelta(hours=1)
        assert starts[-1] <= moment + most * DAY
        assert len(starts) in {23, 24, 25}


def test_a_service_of_two_calendars_is_free_while_one_of_them_is(world: World) -> None:
    place, day = Place(world, "09:00-11:00"), soon()
    created = place.partner.post("/api/calendars", {"name": "Chair 2", "timeZone": KOLKATA})
    second = created.json()["data"]["calendar"]["id"]
    place.open("10:00-12:00", calendarId=second)
    service = place.service(calendarIds=[place.calendar_id, second])
    place.block(service, at(day, 10))
    assert place.times(service, day) == ["09:00", "10:00", "11:00"]
    assert place.times(service, day, calendarId=place.calendar_id) == ["09:00"]
    place.partner.patch(f"/api/calendars/{second}", {"active": False})
    assert place.times(service, day) == ["09:00"]


def test_an_unchanged_answer_is_304_until_a_block_changes_it(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service()
    path = f"/api/bookings/slots?partnerId={place.partner.id}&from={day}&to={day}"

    def ask_twice() -> tuple[str, requests.Response]:
        tag = place.ask(day).headers["ETag"]
        return tag, world.call("GET", path, headers={"If-None-Match": tag})

    tag, again = ask_twice()
    if again.status_code == 200:  # the minute has ended in between
        tag, again = ask_twice()
    assert (again.status_code, again.content) == (304, b"")
    place.block(service, at(day, 10))
    after = world.call("GET", path, headers={"If-None-Match": tag})
    assert after.status_code == 200
    assert place.times(service, day) == ["09:00", "11:00"]


def test_places_without_services_have_answers_of_their_own(world: World) -> None:
    zones = (KOLKATA, "Europe/Berlin")
    for zone in zones:
        found = Place(world, "09:00-10:00", zone=zone).ask(soon(), timeZone="UTC").json()["data"]
        assert found["partnerTimeZone"] == zone


def test_each_change_of_hours_and_services_changes_the_answer(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service()
    assert len(place.times(service, day)) == 3
    given = {"from": day.isoformat(), "hours": [{"from": "14:00", "to": "16:00"}]}
    assert place.partner.put("/api/availability/exceptions", given).status_code == 200
    assert place.times(service, day) == ["14:00", "15:00"]
    assert place.partner.delete(f"/api/availability/exceptions/{day}").status_code == 200
    assert place.times(service, day) == ["09:00", "10:00", "11:00"]
    place.partner.patch(f"/api/services/{service['id']}", {"durationMinutes": 90})
    assert place.times(service, day) == ["09:00", "10:00"]
    place.partner.delete(f"/api/services/{service['id']}")
    assert place.ask(day, serviceId=service["id"]).status_code == 404


def test_a_request_that_waits_too_long_for_others_is_told_to_try_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(world, "09:00-10:00")
    monkeypatch.setattr(listing, "PATIENCE", 0.05)
    with listing._computing:
        assert place.ask(soon()).status_code == 503
    assert place.ask(soon()).status_code == 200


def test_answers_are_kept_in_a_limited_number_of_bytes() -> None:
    kept = listing.Recent(10, len)
    for key in ("old", "used", "new"):
        kept.put(key, b"1234" if key != "new" else b"123")
        kept.get("old")
    assert [kept.get(key) for key in ("old", "used", "new")] == [b"1234", None, b"123"]
    kept.put("new", b"1")
    kept.put("more", b"12345")
    assert [kept.get(key) for key in ("old", "new", "more")] == [b"1234", b"1", b"12345"]
    assert (kept.put("large", b"x" * 11), kept.get("large")) == (b"x" * 11, None)
    assert [kept.get(key) for key in ("old", "new", "more")] == [b"1234", b"1", b"12345"]
    assert (kept.put("more", b"x" * 11), kept.get("more")) == (b"x" * 11, None)
    kept.put("other", b"12345")
    assert [kept.get(key) for key in ("old", "new", "other")] == [b"1234", b"1", b"12345"]


def test_a_range_never_shows_more_than_its_dates(world: World) -> None:
    place, day = Place(world, "22:00-03:00"), soon()
    service = place.service()
    assert place.times(service, day) == ["00:00", "01:00", "02:00", "22:00", "23:00"]
    data = place.ask(day, day + DAY, serviceId=service["id"]).json()["data"]["slots"][service["id"]]
    assert list(data) == [day.isoformat(), (day + DAY).isoformat()]


def test_a_booking_may_move_by_a_quarter_of_an_hour(world: World) -> None:
    """Its own time counts as free, for its parties; other people's free times are nobody else's business."""
    place, customer, day = Place(world, "09:00-14:00"), world.person(), soon()
    service = place.service(stepMinutes=15)
    booking_id = place.booking(service, customer, at(day, 11, 30))
    assert "11:45" not in place.times(service, day)
    for reader in (customer, place.partner, world.staff("admin")):
        assert "11:45" in place.times(service, day, by=reader, bookingId=booking_id)
    for stranger in (world.person(), world.person("tailor"), world.staff("support")):
        assert place.ask(day, by=stranger, bookingId=booking_id).status_code == 403


def test_one_s_own_seats_of_a_session_count_as_free_and_others_do_not(world: World) -> None:
    place, customer, day = Place(world, "09:00-14:00"), world.person(), soon()
    service = place.service(capacity=4)
    booking_id = place.booking(service, customer, at(day, 10), seats=2)
    listed = place.ask(day, by=customer, serviceId=service["id"], bookingId=booking_id).json()["data"][
        "slots"
    ]
    assert [each["seatsLeft"] for each in listed[service["id"]][day.isoformat()]] == [4, 4, 4, 4, 4]
    place.booking(service, world.person(), at(day, 10))
    listed = place.ask(day, by=customer, serviceId=service["id"], bookingId=booking_id).json()["data"][
        "slots"
    ]
    assert [each["seatsLeft"] for each in listed[service["id"]][day.isoformat()]] == [4, 3, 4, 4, 4]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "0000-01-01"}, "from"),
        ({"from": "9999-01-01"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "2026-W10-1"}, "from"),
        ({"from": "20261001"}, "from"),
        ({"from": "٢٠٢٦-10-01"}, "from"),
        ({"from": "2026-10-02", "to": "2026-10-01"}, "to"),
        ({"from": "2026-10-01", "to": "2026-11-05"}, "to"),
        ({"timeZone": "+02:00"}, "timeZone"),
        ({"timeZone": "EST5EDT%00"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"timeZone": "x" * 61}, "timeZone"),
        ({"seats": "-1"}, "seats"),
        ({"seats": "0"}, "seats"),
        ({"seats": "501"}, "seats"),
        ({"seats": "1.5"}, "seats"),
        ({"serviceId": "a,b"}, "serviceId.0"),
        ({"serviceId": ",".join(new_id() for _ in range(21))}, "serviceId"),
        ({"bookingId": "1"}, "bookingId"),
        ({"format": "ics"}, "format"),
        ({"unknown": "1"}, "unknown"),
    ],
    ids=lambda value: "" if isinstance(value, str) else " ".join(f"{k}={v[:20]}" for k, v in value.items()),
)
def test_a_bad_query_is_refused(world: World, query: dict[str, str], field: str) -> None:
    given = {"partnerId": new_id(), "from": "2026-10-01", "to": "2026-10-01"} | query
    path = "/api/bookings/slots?" + "&".join(f"{name}={value}" for name, value in given.items())
    answer = world.call("GET", path)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]


def test_nothing_named_and_nothing_that_exists_are_told_apart(world: World) -> None:
    path = "/api/bookings/slots?from=2026-10-01&to=2026-10-01"
    assert world.call("GET", path).status_code == 422
    for name in ("partnerId", "calendarId", "serviceId"):
        assert world.call("GET", f"{path}&{name}={new_id()}").status_code == 404, name


def test_a_partner_with_many_services_must_have_them_named(world: World) -> None:
    place, day = Place(world, "09:00-10:00"), soon()
    services = [place.service(name=f"Cut {number}") for number in range(21)]
    assert place.ask(day).status_code == 422
    named = ",".join(each["id"] for each in services[:20])
    assert len(place.ask(day, serviceId=named).json()["data"]["slots"]) == 20


def test_the_size_of_an_answer_is_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slot_request, "MAX_PARTS", 62)
    place, day = Place(world, "09:00-10:00"), soon()
    created = place.partner.post("/api/calendars", {"name": "Chair 2", "timeZone": KOLKATA})
    second = created.json()["data"]["calendar"]["id"]
    one = place.service(calendarIds=[place.calendar_id, second])
    assert place.ask(day, day + 30 * DAY).status_code == 200
    refused = place.ask(day, day + 31 * DAY)
    assert refused.status_code == 422
    assert refused.json()["error"]["details"]["to"] == [
        "64 dates of services in calendars, at most 62: ask for fewer dates, services or calendars."
    ]
    assert place.ask(day, day + 31 * DAY, calendarId=second).status_code == 200
    place.service(name="Trim")
    assert place.ask(day, day + 30 * DAY).status_code == 422
    assert place.ask(day, day + 30 * DAY, serviceId=one["id"]).status_code == 200


def test_an_address_may_ask_120_times_a_minute(app: Flask) -> None:
    declared = endpoint.of(app.view_functions["slots.get_many"])
    assert (declared.limit.limit, declared.public) == ("120 per minute", True)


def test_a_token_that_is_not_valid_is_refused(world: World) -> None:
    path = f"/api/bookings/slots?partnerId={new_id()}&from=2026-10-01&to=2026-10-01&bookingId={new_id()}"
    assert world.call("GET", path).status_code == 401
    assert world.call("GET", path, headers={"Authorization": "Bearer x"}).status_code == 401
    assert world.person().get(path).status_code == 404
