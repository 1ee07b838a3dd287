"""Slots at changes of clocks against the oracle, which walks minute by minute and asks what clocks show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from metaia.bookings.slots import offers
from metaia.bookings.slots.policy import Busy, Rules
from metaia.core import opening_hours as hours
from metaia.core import times
from tests.bookings.slots import oracle
from tests.bookings.slots.oracle import Json, Place

# With changes at midnight, by half an hour, by two hours, around Ramadan, and none at all.
ZONES = (
    "Africa/Cairo", "Africa/Casablanca", "America/Havana", "America/New_York", "America/Nuuk", "America/Santiago",
    "America/St_Johns", "Antarctica/Troll", "Asia/Beirut", "Asia/Kathmandu", "Atlantic/Azores", "Australia/Lord_Howe",
    "Europe/Berlin", "Pacific/Chatham",
)  # fmt: skip
DAY = timedelta(days=1)
EVER = 10**9  # minutes


def spans(*pairs: str) -> Json:
    return [dict(zip(("from", "to"), pair.split("-"), strict=True)) for pair in pairs]


def every_day(*pairs: str) -> dict[str, Json]:
    return dict.fromkeys(oracle.NAMES, spans(*pairs))


DAYTIME = every_day("09:00-12:30", "14:00-18:00")
NIGHT = every_day("21:00-03:00")
AROUND = every_day("00:00-01:15", "01:45-02:20", "02:20-04:00", "23:10-24:00")
ALWAYS = every_day("00:00-24:00")
Service = tuple[int, int, int, int]  # duration, step, buffers before and after
SERVICES: tuple[Service, ...] = ((60, 60, 0, 0), (45, 20, 10, 15), (90, 50, 0, 0))


def offered(
    place: Place, first: date, last: date, service: Service, busy: list[tuple[int, int]]
) -> list[int]:
    """Return the starts by METAIA's own functions."""
    duration, step, before, after = service
    zone = ZoneInfo(place.zone)
    exceptions = {times.day_number(day): hours.pairs(each) for day, each in place.exceptions.items()}
    found = hours.Hours(hours.week(place.weekly), exceptions)
    opened = hours.intervals(found, zone, times.day_number(first), times.day_number(last))
    blocks = [Busy(start, end, start, "other", 0, "block") for start, end in busy]
    rules = Rules("service", duration, before, after, step, 0, EVER, 1)
    begin, end = (times.minutes(times.start_of(day, zone)) for day in (first, last + DAY))
    return [at for at, _ in offers.starts(rules, opened, blocks, 0, begin, end)]


def check(zone: str, changed: date, weekly: Mapping[str, Json], *services: Service) -> int:
    """Compare the days around a change of clocks: without and with blocks, an exception before, at and after it."""
    first, last = changed - DAY, changed + DAY
    noon = times.minutes(times.start_of(changed, ZoneInfo(zone)))
    busy = [
        (noon - 700, noon - 640),
        (noon - 200, noon - 115),
        (noon + 65, noon + 80),
        (noon + 610, noon + 730),
    ]
    exceptions: list[dict[date, Json]] = [{}, {changed: []}, {changed: spans("01:00-05:00")}]
    exceptions += [{first: spans("22:00-02:30")}, {last: []}]
    count = 0
    for given in exceptions:
        place = Place(zone, weekly, given)
        walk = oracle.Walk(place, first, last)
        for service in services:
            duration, step, before, after = service
            for blocks in ([], busy) if not given else (busy,):
                found = offered(place, first, last, service, blocks)
                slow = walk.starts(duration=duration, step=step, before=before, after=after, busy=blocks)
                assert found == slow, (zone, changed, given, service, blocks)
                count += len(found)
    return count


@pytest.mark.parametrize("zone", ["America/Havana", "Australia/Lord_Howe", "Europe/Berlin"])
def test_starts_are_what_clocks_show_at_a_change(zone: str) -> None:
    for changed in oracle.transitions(zone, 2026, 2026):
        assert check(zone, changed, AROUND, SERVICES[1])


@pytest.mark.fuzz
@pytest.mark.parametrize("zone", ZONES)
def test_starts_are_what_clocks_show_at_every_change(zone: str) -> None:
    changes = oracle.transitions(zone, 2026, 2028) or [date(2026, 3, 29), date(2027, 10, 31)]
    for changed in changes:
        for weekly in (DAYTIME, NIGHT, AROUND, ALWAYS):
            check(zone, changed, weekly, *SERVICES)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu"])
def test_the_grid_of_a_zone_with_half_hours_begins_with_its_hours(zone: str) -> None:
    """Grids of UTC shifted them: 09:30 and so on."""
    day, place = date(2026, 10, 1), Place(zone, every_day("09:00-12:00"))
    found = offered(place, day, day, (60, 60, 0, 0), [])
    assert [oracle.wall(place, at).strftime("%H:%M") for at in found] == ["09:00", "10:00", "11:00"]


def test_hours_past_midnight_end_at_the_closed_date() -> None:
    """Tuesday 21:00 to 03:00, Wednesday closed by an exception."""
    tuesday, wednesday = date(2026, 10, 6), date(2026, 10, 7)
    place = Place("Europe/Berlin", {"tue": spans("21:00-03:00")}, {wednesday: []})
    found = offered(place, tuesday, wednesday, (60, 30, 0, 0), [])
    shown = [oracle.wall(place, at) for at in found]
    assert {each.date() for each in shown} == {tuesday}
    assert shown[-1].strftime("%H:%M") == "23:00"


def test_buffers_before_and_after_a_block_are_both_kept() -> None:
    """Before 15, after 30; booked is 02:00 to 02:30, so the block is 01:45 to 03:00."""
    day, place = date(2026, 10, 1), Place("UTC", every_day("00:00-05:00"))
    midnight = times.minutes(times.start_of(day, ZoneInfo("UTC")))
    found = offered(place, day, day, (30, 15, 15, 30), [(midnight + 105, midnight + 180)])
    shown = [f"{divmod(at - midnight, 60)[0]:02}:{(at - midnight) % 60:02}" for at in found]
    assert shown == ["00:00", "00:15", "00:30", "00:45", "03:15", "03:30", "03:45", "04:00", "04:15", "04:30"]


def test_a_grid_does_not_depend_on_the_range_that_is_read() -> None:
    place = Place("Europe/Berlin", ALWAYS)
    first, last = date(2026, 3, 27), date(2026, 3, 31)
    whole = offered(place, first, last, (90, 50, 0, 0), [])
    days = [first + n * DAY for n in range(5)]
    assert whole == [at for day in days for at in offered(place, day, day, (90, 50, 0, 0), [])]
