"""`booking-slots-changed`: pages of free times are live, at most once a second for each calendar."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import gevent
import pytest
from flask import Flask

from metaia.bookings.slots import publish
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.realtime.clients import spacing
from tests.support.people import World
from tests.support.places import KOLKATA, Place, soon
from tests.support.waiting import until

CHANGED = publish.SLOTS_CHANGED


def test_a_reader_of_free_times_hears_of_a_block_and_of_hours(world: World) -> None:
    place, day = Place(world, "09:00-12:00"), soon()
    socket, other = world.person().socket(), world.person().socket()
    joined = socket.ask("join_slots_room", {"partnerId": place.partner.id})
    assert joined["data"]["room"] == f"slots-{place.partner.id}"

    def latest() -> Json:
        path = f"/api/availability?calendarId={place.calendar_id}"
        version = place.partner.get(path).json()["data"]["version"]
        return socket.wait(CHANGED, where=lambda data: data["calendarVersion"] == version)[-1]

    service = place.service()
    assert latest()["dates"] == []
    place.block(service, datetime.combine(day, time(9), ZoneInfo(KOLKATA)))
    event = latest()
    assert (event["partnerId"], event["calendarId"]) == (place.partner.id, place.calendar_id)
    assert event["dates"] == [day.isoformat()]
    place.partner.put("/api/availability/exceptions", {"from": soon(20).isoformat(), "closed": True})
    assert latest()["dates"] == [soon(20).isoformat()]
    assert socket.ask("leave_slots_room", place.partner.id)["ok"]
    assert not other.of(CHANGED)


def test_a_reader_of_free_times_hears_of_services(world: World) -> None:
    place, socket = Place(world, "09:00-12:00"), world.person().socket()
    created = place.partner.post("/api/calendars", {"name": "Chair 2", "timeZone": KOLKATA})
    second = created.json()["data"]["calendar"]["id"]
    socket.ask("join_slots_room", {"partnerId": place.partner.id})

    def version(calendar_id: str) -> int:
        answer = place.partner.get(f"/api/availability?calendarId={calendar_id}")
        return int(answer.json()["data"]["version"])

    def heard(calendar_id: str) -> list[str]:
        """Wait for the event of the latest change of a calendar, and return its dates."""
        latest = (calendar_id, version(calendar_id))

        def same(data: Json) -> bool:
            return (data["calendarId"], data["calendarVersion"]) == latest

        dates: list[str] = socket.wait(CHANGED, where=same)[-1]["dates"]
        return dates

    service = place.service()
    assert heard(place.calendar_id) == []  # any date
    path = f"/api/services/{service['id']}"
    for changes in ({"durationMinutes": 45}, {"capacity": 3}, {"calendarIds": [second]}):
        assert place.partner.patch(path, changes).ok
        assert heard(place.calendar_id) == []
    assert heard(second) == []
    assert place.partner.patch(path, {"active": False}).ok
    assert heard(second) == []
    before = [version(each) for each in (place.calendar_id, second)]
    assert place.partner.patch(path, {"name": "Trim", "price": 700}).ok  # it decides about no free time
    assert [version(each) for each in (place.calendar_id, second)] == before


def test_a_room_of_nobody_is_refused(world: World) -> None:
    customer = world.person()
    socket = customer.socket()
    assert socket.ask("join_slots_room", {"partnerId": new_id()})["error"]["code"] == "not_found"
    assert socket.ask("join_slots_room", {"partnerId": customer.id})["error"]["code"] == "not_found"
    for bad in ("1", None, {}, {"partnerId": ["a"]}, {"partnerId": new_id(), "more": 1}):
        assert socket.ask("join_slots_room", bad)["error"]["code"] == "invalid"


def change(calendar_id: str, *dates: str, version: int = 1) -> Json:
    return {"partnerId": "p", "calendarId": calendar_id, "dates": list(dates), "calendarVersion": version}


@pytest.fixture
def emitted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    found: list[Json] = []

    def emit(name: str, payload: Json, *, audience: Any) -> None:
        assert (name, audience) == (CHANGED, ["slots-p"])
        found.append(payload)

    monkeypatch.setattr("metaia.realtime.events.emit_to_local_clients", emit)
    monkeypatch.setattr(spacing, "SPACING", 0.05)
    return found


def test_changes_of_one_calendar_are_passed_on_together(app: Flask, emitted: list[Json]) -> None:
    live = publish.Live(app)
    for version in range(1, 6):
        live.changed(change("a", f"2026-10-0{version}", version=version))
    live.changed(change("b", "2026-10-09"))
    assert emitted == [change("a", "2026-10-01", version=1), change("b", "2026-10-09")]
    until(lambda: len(emitted) == 3, "the others follow")
    assert emitted[2] == change("a", *(f"2026-10-0{n}" for n in range(2, 6)), version=5)


def test_a_change_of_any_date_stays_one(app: Flask, emitted: list[Json]) -> None:
    live = publish.Live(app)
    for payload in (change("a", "2026-10-01"), change("a"), change("a", "2026-10-02", version=3)):
        live.changed(payload)
    until(lambda: len(emitted) == 2, "the others follow")
    assert emitted[1] == change("a", version=3)


def test_a_quiet_calendar_is_passed_on_at_once_again(app: Flask, emitted: list[Json]) -> None:
    live = publish.Live(app)
    live.changed(change("a"))
    until(lambda: not live._waiting, "the second is over")
    live.changed(change("a", version=2))
    gevent.sleep(0)
    assert [each["calendarVersion"] for each in emitted] == [1, 2]


def test_too_many_dates_are_any_date() -> None:
    day = soon()
    many = [(day + timedelta(days=n)).isoformat() for n in range(publish.MOST_DATES + 1)]
    assert publish._together(change("a", *many[:40]), change("a", *many[40:]))["dates"] == []
