"""Calendars and their hours over HTTP: whose they are, what is refused, what changes tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from metaia.bookings.calendars import policy, queries
from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.support.people import Person, World
from tests.support.places import KOLKATA, Place, hours, soon

CALENDARS, WEEKLY, EXCEPTIONS = "/api/calendars", "/api/availability/weekly", "/api/availability/exceptions"


def calendars(person: Person) -> list[Json]:
    found: list[Json] = person.get(CALENDARS).json()["data"]["calendars"]
    return found


def test_each_partner_has_a_calendar_without_hours_from_the_start(world: World) -> None:
    for role in ("tailor", "vendor"):
        partner = world.person(role)
        [calendar] = calendars(partner)
        assert (calendar["name"], calendar["timeZone"], calendar["version"]) == ("Main", "UTC", 1)
        data = world.call("GET", f"/api/availability?partnerId={partner.id}").json()["data"]
        assert data["calendarId"] == calendar["id"]
        assert set(map(repr, data["weekly"].values())) == {"[]"}


def test_a_customer_has_none_until_an_admin_makes_a_partner_of_them(world: World) -> None:
    person, admin = world.person(), world.staff("super_admin")
    assert person.get(CALENDARS).status_code == 403
    change = {"role": "vendor", "reason": "asked for it"}
    assert admin.patch(f"/api/admin/users/{person.id}", change).status_code == 200
    path = f"{CALENDARS}?partnerId={person.id}"
    before = admin.get(path).json()["data"]["calendars"]
    assert [each["partnerId"] for each in before] == [person.id]
    again = change | {"role": "tailor"}
    assert admin.patch(f"/api/admin/users/{person.id}", again).status_code == 200
    assert admin.get(path).json()["data"]["calendars"] == before


def test_a_calendar_is_added_renamed_and_closed_by_its_partner_alone(world: World) -> None:
    partner, other, admin = world.person("tailor"), world.person("tailor"), world.staff("admin")
    answer = partner.post(CALENDARS, {"name": "Chair 2", "timeZone": "asia/kolkata"})
    calendar = answer.json()["data"]["calendar"]
    assert (answer.status_code, calendar["timeZone"]) == (201, KOLKATA)
    path = f"{CALENDARS}/{calendar['id']}"
    assert other.patch(path, {"name": "Mine"}).status_code == 403
    assert world.person().patch(path, {"name": "Mine"}).status_code == 403
    assert partner.patch(f"{CALENDARS}/{new_id()}", {"name": "x"}).status_code == 404
    changed = partner.patch(path, {"name": "Asha", "active": False}).json()["data"]["calendar"]
    assert (changed["name"], changed["active"], changed["version"]) == ("Asha", False, 2)
    stale = partner.patch(path, {"name": "Ben", "expectedVersion": 1})
    assert (stale.status_code, stale.json()["error"]["details"]["version"]) == (409, 2)
    assert partner.patch(path, {"name": "Ben"}, headers={"If-Match": '"2"'}).status_code == 200
    assert admin.patch(path, {"name": "Cleo"}).json()["data"]["calendar"]["version"] == 4
    assert admin.post(CALENDARS, {"name": "x"}).status_code == 422
    assert admin.post(CALENDARS, {"name": "x", "partnerId": new_id()}).status_code == 404
    assert admin.post(CALENDARS, {"name": "x", "partnerId": partner.id}).status_code == 201


def test_the_number_of_calendars_has_a_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MAX_CALENDARS", 2)
    partner = world.person("tailor")
    assert partner.post(CALENDARS, {"name": "2"}).status_code == 201
    refused = partner.post(CALENDARS, {"name": "3"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "limit_reached")


ZONES = [
    "+02:00",
    "EST",
    "EST5EDT",
    "Etc/GMT+5",
    "EST5EDT\0",
    "../../etc/passwd",
    "America",
    "Mars/Phobos",
    "",
]


@pytest.mark.parametrize("zone", ZONES, ids=repr)
def test_a_zone_that_is_no_place_is_refused(world: World, zone: str) -> None:
    partner = world.person("tailor")
    [calendar] = calendars(partner)
    sent: list[tuple[str, str, Json]] = [
        ("POST", CALENDARS, {"name": "x"}),
        ("PATCH", f"{CALENDARS}/{calendar['id']}", {}),
        ("PUT", WEEKLY, {"weekly": {}}),
    ]
    for method, path, body in sent:
        answer = partner.call(method, path, body | {"timeZone": zone})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "zone_unknown"), path


def week(**days: list[str]) -> Json:
    return {"weekly": {day: hours(*pairs) for day, pairs in days.items()}}


BAD_WEEKS: dict[str, Json] = {
    "overlap": week(mon=["09:00-12:00", "11:00-13:00"]),
    "overlap over midnight": week(mon=["21:00-03:00"], tue=["02:00-04:00"]),
    "overlap over the week's end": week(sun=["21:00-03:00"], mon=["02:00-04:00"]),
    "nine pairs": week(mon=[f"{hour:02}:00-{hour:02}:30" for hour in range(9)]),
    "eight overlapping pairs": week(mon=["09:00-10:00"] * 8),
    "no length": week(mon=["09:00-09:00"]),
    "24:00 as opening": week(mon=["24:00-03:00"]),
    "25:00": week(mon=["09:00-25:00"]),
    "line feed": week(mon=["09:00-10:00\n"]),
    "digits of another script": week(mon=["٠٩:00-10:00"]),
    "no closing": {"weekly": {"mon": [{"from": "09:00"}]}},
    "a day that is none": {"weekly": {"someday": []}},
    "a list": {"weekly": []},
    "no week": {},
    "a text as id": {"weekly": {}, "calendarId": "1"},
    "version 0": {"weekly": {}, "expectedVersion": 0},
}


@pytest.mark.parametrize("body", BAD_WEEKS.values(), ids=list(BAD_WEEKS))
def test_a_bad_week_is_refused(world: World, body: Json) -> None:
    assert world.person("tailor").put(WEEKLY, body).status_code == 422


def test_a_week_replaces_the_one_before_and_reads_as_it_was_sent(world: World) -> None:
    partner, other = world.person("tailor"), world.person("vendor")
    [calendar] = calendars(partner)
    body = week(mon=["14:00-18:00", "09:00-12:30"], sat=["21:00-03:00"]) | {"timeZone": "Europe/Berlin"}
    data = partner.put(WEEKLY, body | {"expectedVersion": 1}).json()["data"]
    assert data["weekly"]["mon"] == hours("09:00-12:30", "14:00-18:00")
    assert (data["weekly"]["sat"], data["weekly"]["tue"]) == (hours("21:00-03:00"), [])
    assert (data["timeZone"], data["version"], data["affected"]) == ("Europe/Berlin", 2, [])
    assert partner.put(WEEKLY, body | {"expectedVersion": 1}).status_code == 409
    assert other.put(WEEKLY, body | {"calendarId": calendar["id"]}).status_code == 403
    assert partner.put(WEEKLY, body | {"calendarId": new_id()}).status_code == 404
    assert world.person().put(WEEKLY, body).status_code == 403
    public = world.call("GET", f"/api/availability?calendarId={calendar['id']}").json()["data"]
    assert {name: public[name] for name in ("weekly", "version")} == {
        name: data[name] for name in ("weekly", "version")
    }


BAD_EXCEPTIONS: dict[str, Json] = {
    "0000": {"from": "0000-12-24", "closed": True},
    "9999": {"from": "9999-12-24", "closed": True},
    "30 February": {"from": "2027-02-30", "closed": True},
    "backwards": {"from": "2027-02-03", "to": "2027-02-02", "closed": True},
    "367 dates": {"from": "2027-01-01", "to": "2028-01-02", "closed": True},
    "neither": {"from": "2027-02-03"},
    "no hours": {"from": "2027-02-03", "hours": []},
    "both": {"from": "2027-02-03", "closed": True, "hours": hours("09:00-10:00")},
    "overlap": {"from": "2027-02-03", "hours": hours("09:00-12:00", "11:00-13:00")},
    "note too long": {"from": "2027-02-03", "closed": True, "note": "x" * 201},
    "NUL in the note": {"from": "2027-02-03", "closed": True, "note": "a\0b"},
    "a number": {"from": 20270203, "closed": True},
}


@pytest.mark.parametrize("body", BAD_EXCEPTIONS.values(), ids=list(BAD_EXCEPTIONS))
def test_a_bad_exception_is_refused(world: World, body: Json) -> None:
    assert world.person("tailor").put(EXCEPTIONS, body).status_code == 422


def test_an_exception_is_set_read_and_removed_and_only_its_partner_reads_the_note(world: World) -> None:
    partner, day = world.person("tailor"), soon()
    given = {
        "from": day.isoformat(),
        "to": (day + timedelta(days=1)).isoformat(),
        "closed": True,
        "note": "Wedding",
    }
    data = partner.put(EXCEPTIONS, given).json()["data"]
    expected = [{"date": each, "hours": [], "note": "Wedding"} for each in (given["from"], given["to"])]
    assert data["exceptions"] == expected
    path = f"/api/availability?partnerId={partner.id}"
    assert partner.get(path).json()["data"]["exceptions"] == expected
    readers: list[Callable[[str], Any]] = [
        lambda p: world.call("GET", p),
        world.person().get,
        world.person("vendor").get,
    ]
    for read in readers:
        assert "Wedding" not in read(path).text
    again = partner.put(EXCEPTIONS, {"from": given["from"], "hours": hours("10:00-11:00")}).json()["data"]
    assert again["exceptions"][0] == {"date": given["from"], "hours": hours("10:00-11:00"), "note": None}
    removed = partner.delete(f"{EXCEPTIONS}/{given['to']}").json()["data"]
    assert [each["date"] for each in removed["exceptions"]] == [given["from"]]
    assert partner.delete(f"{EXCEPTIONS}/{given['to']}").status_code == 404
    assert partner.delete(f"{EXCEPTIONS}/2027-02-30").status_code == 422


def test_the_number_of_exceptions_has_a_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MAX_EXCEPTIONS", 3)
    partner, day = world.person("tailor"), soon()
    given = {"from": day.isoformat(), "to": (day + timedelta(days=2)).isoformat(), "closed": True}
    assert partner.put(EXCEPTIONS, given).status_code == 200
    assert partner.put(EXCEPTIONS, given).status_code == 200  # the same dates
    more = partner.put(EXCEPTIONS, {"from": soon(20).isoformat(), "closed": True})
    assert (more.status_code, more.json()["error"]["code"]) == (429, "limit_reached")
    past = {"from": soon(-60).isoformat(), "closed": True}
    assert partner.put(EXCEPTIONS, past).status_code == 429


def test_a_calendar_is_named_by_one_of_two_ids(world: World) -> None:
    path = "/api/availability"
    assert world.call("GET", path).status_code == 422
    assert world.call("GET", f"{path}?partnerId={new_id()}&calendarId={new_id()}").status_code == 422
    assert world.call("GET", f"{path}?partnerId={new_id()}").status_code == 404
    assert world.call("GET", f"{path}?calendarId={new_id()}").status_code == 404
    assert world.call("GET", f"{path}?calendarId=1").status_code == 422


def test_a_calendar_whose_zone_is_unknown_is_closed_and_no_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The zone data may be older than the row."""
    place, day = Place(world, "09:00-12:00"), soon()
    service = place.service()
    monkeypatch.setattr("metaia.core.times.zone", lambda name: None)
    assert place.times(service, day) == []
    assert place.partner.put(EXCEPTIONS, {"from": day.isoformat(), "closed": True}).status_code == 200


def test_blocks_raise_the_version_of_their_calendar(world: World) -> None:
    place = Place(world, "09:00-12:00")
    service = place.service()
    path = f"/api/availability?calendarId={place.calendar_id}"
    before = world.call("GET", path).json()["data"]["version"]
    place.block(service, datetime.combine(soon(), time(9), ZoneInfo(KOLKATA)))
    assert world.call("GET", path).json()["data"]["version"] == before + 1


def test_a_change_of_hours_names_the_bookings_outside_of_them_and_moves_none(world: World) -> None:
    place, customer, day = Place(world, "09:00-18:00"), world.person(), soon()
    service = place.service(name="Wash")
    early, late = (
        place.booking(service, customer, datetime.combine(day, time(hour), ZoneInfo(KOLKATA)))
        for hour in (9, 16)
    )
    narrowed = place.open("10:00-16:30")["affected"]
    assert {each["id"] for each in narrowed} == {early, late}
    assert [each["service"] for each in narrowed] == ["Wash", "Wash"]
    assert narrowed[0]["startsAt"] < narrowed[1]["startsAt"]
    given = {"from": day.isoformat(), "hours": hours("09:00-10:00", "12:00-16:59")}
    assert [each["id"] for each in place.partner.put(EXCEPTIONS, given).json()["data"]["affected"]] == [late]
    assert place.partner.delete(f"{EXCEPTIONS}/{day}").json()["data"]["affected"] == narrowed
    assert place.open("09:00-18:00")["affected"] == []


def test_a_booking_in_the_far_future_lets_no_hours_be_computed_until_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(world, "09:00-18:00")
    service = place.service()
    for day in (soon(), soon(60_000)):
        starts_at = datetime.combine(day, time(10), ZoneInfo(KOLKATA)).isoformat()
        given = {"serviceId": service["id"], "startsAt": starts_at, "customerInfo": {"name": "Asha"}}
        assert place.partner.post("/api/bookings", given).status_code == 201
    spans: list[timedelta] = []
    original = queries.intervals

    def spy(calendar: Any, first: Any, last: Any) -> Any:
        spans.append(last - first)
        return original(calendar, first, last) if spans[-1] < timedelta(days=500) else []

    monkeypatch.setattr(queries, "intervals", spy)
    affected = place.open("11:00-18:00")["affected"]
    assert max(spans) < timedelta(days=500)
    assert [each["startsAt"][:10] for each in affected] == [soon().isoformat()]
