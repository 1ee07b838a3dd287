"""Bookings as iCalendar: what two parsers and a strict reader understand of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import gevent
import icalendar
import pytest
import vobject  # type: ignore[import-untyped] # vobject has no types
from hypothesis import given, settings
from hypothesis import strategies as st

from metaia.bookings.feeds import calendars, zones
from metaia.bookings.queries import Booking
from metaia.core import times
from metaia.core.ids import new_id

START = datetime(2026, 10, 10, 17, tzinfo=UTC)
SECRETS = {"name": "Secret Name", "phone": "+4930123456", "email": "secret@example.com"}


def booking(**changes: Any) -> Booking:
    made = Booking(
        id=new_id(), booking_number="B100001", status="confirmed", customer_id=new_id(), partner_id=new_id(),
        service_id=new_id(), service={"name": "Haircut"}, calendar_id=new_id(), block_id=new_id(), starts_at=START,
        ends_at=START + timedelta(hours=1), time_zone="Europe/Paris", local_start="2026-10-10T19:00", seats=1,
        notes="Secret note", customer_info=SECRETS, price=1000, currency="EUR", payable=0, free_until=START,
        locked_from=START, version=1, created_at=START, updated_at=START,
    )  # fmt: skip
    return replace(made, **changes)


def parsed(*bookings: Booking) -> Any:
    content = calendars.document(bookings, name="METAIA")
    require_strict(content)
    return icalendar.Calendar.from_ical(content)


def events(calendar: Any) -> list[Any]:
    return list(calendar.events)


def require_strict(content: bytes) -> None:
    """Check what Outlook refuses: a TZID without its VTIMEZONE before it, a missing UID or DTSTAMP, long lines, LF."""
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\n" in line or len(line) > 75 for line in lines)
    text = re.sub(r"\r\n[ \t]", "", content.decode())
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("VERSION:2.0\r\n") == text.count("PRODID:") == text.count("METHOD:PUBLISH\r\n") == 1
    defined = re.findall(r"BEGIN:VTIMEZONE\r\nTZID:([^\r]+)", text)
    assert len(defined) == len(set(defined))
    assert set(re.findall(r";TZID=\"?([^:\";]+)", text)) == set(defined)
    assert text.rfind("END:VTIMEZONE") < text.find("BEGIN:VEVENT") or "BEGIN:VEVENT" not in text
    for event in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", text, re.DOTALL):
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"):
            assert len(re.findall(rf"^{name}[:;]", event, re.MULTILINE)) == 1, name


def test_an_event_is_at_the_time_of_the_place() -> None:
    [event] = events(parsed(booking()))
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert event["DTSTART"].to_ical() == b"20261010T190000"
    assert (event.start, event.end) == (START, START + timedelta(hours=1))
    assert (event["SUMMARY"], event["STATUS"]) == ("Haircut", "CONFIRMED")


def test_a_second_parser_reads_the_same_moment() -> None:
    calendar = vobject.readOne(calendars.document([booking()], name="METAIA").decode())
    assert calendar.vevent.dtstart.value.astimezone(UTC) == START
    assert calendar.vevent.summary.value == "Haircut"
    assert calendar.vtimezone.tzid.value == "Europe/Paris"


def test_the_uid_stays_and_the_sequence_rises() -> None:
    first = booking()
    moved = replace(
        first, version=2, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=1)
    )
    cancelled = replace(moved, version=3, status="cancelled")
    found = [events(parsed(each))[0] for each in (first, moved, cancelled)]
    assert len({event["UID"] for event in found}) == 1
    assert [event["SEQUENCE"] for event in found] == [0, 1, 2]
    assert [event["STATUS"] for event in found] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert found[1].start == START + timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("held", "TENTATIVE"),
        ("pending", "TENTATIVE"),
        ("checked_in", "CONFIRMED"),
        ("declined", "CANCELLED"),
        ("expired", "CANCELLED"),
    ],
)
def test_each_status_has_one_of_icalendar(status: str, shown: str) -> None:
    assert events(parsed(booking(status=status)))[0]["STATUS"] == shown


def test_no_personal_data_leave_with_an_event() -> None:
    content = calendars.document([booking()], name="METAIA").decode()
    for secret in (*SECRETS.values(), "Secret note"):
        assert secret not in content


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Mars/Olympus"])
def test_utc_needs_no_zone(zone: str) -> None:
    [event] = events(parsed(booking(time_zone=zone)))
    assert event["DTSTART"].to_ical() == b"20261010T170000Z"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_name_of_a_service_is_one_property(name: str) -> None:
    made = booking(service={"name": name + "\r\nATTENDEE:mailto:x@example.com"})
    [event] = events(parsed(made))
    assert "ATTENDEE" not in event
    assert len(event) == len(events(parsed(booking()))[0])


ZONES = [
    "Europe/Paris", "Asia/Kolkata", "America/Vancouver", "Africa/Casablanca", "Australia/Lord_Howe", "Africa/Cairo",
    "America/Santiago", "Asia/Beirut", "Asia/Gaza", "Europe/Dublin", "Antarctica/Troll", "Pacific/Apia",
]  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_a_vtimezone_states_the_offset_of_each_moment(name: str) -> None:
    """The reading of RFC 5545: an observance begins at DTSTART by the clock of TZOFFSETFROM."""
    found: Any = icalendar.Calendar.from_ical(zones.component(name, 2026, 2028))
    begins = sorted(
        ((part["DTSTART"].dt - part["TZOFFSETFROM"].td).replace(tzinfo=UTC), part["TZOFFSETTO"].td)
        for part in found.subcomponents
    )
    place, moment = ZoneInfo(name), datetime(2025, 12, 25, tzinfo=UTC)
    while moment < datetime(2028, 12, 31, tzinfo=UTC):
        offset = [offset for begin, offset in begins if begin <= moment][-1]
        assert offset == moment.astimezone(place).utcoffset(), moment
        moment += timedelta(minutes=30)


def test_the_zones_of_a_feed_have_its_own_span() -> None:
    content = calendars.document([booking(), booking(time_zone="Asia/Kolkata")], name="METAIA")
    assert len(content) < 3_000
    assert content.count(b"BEGIN:VTIMEZONE") == 2


def test_an_event_is_made_once_for_each_version(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    original = calendars._made

    def count(each: Booking) -> bytes:
        made.append(each.version)
        return original(each)

    monkeypatch.setattr(calendars, "_made", count)
    first = booking()
    for each in (first, first, replace(first, version=2), replace(first, version=2)):
        calendars.document([each], name="METAIA")
    assert made == [1, 2]


def test_many_events_let_other_greenlets_run(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(gevent, "sleep", pauses.append)
    calendars.document([booking() for _ in range(100)], name="METAIA")
    assert len(pauses) == 5


def test_the_zone_data_are_those_of_the_package() -> None:
    """British Columbia has stopped changing clocks: 9 o'clock on 1 December 2026 is 16:00 UTC."""
    local = datetime.fromisoformat("2026-12-01T09:00")
    start = times.instant(local, ZoneInfo("America/Vancouver"))
    assert start == datetime(2026, 12, 1, 16, tzinfo=UTC)
    [event] = events(
        parsed(booking(starts_at=start, ends_at=start + timedelta(hours=1), time_zone="America/Vancouver"))
    )
    assert event["DTSTART"].to_ical() == b"20261201T090000"
