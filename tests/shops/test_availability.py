"""When shops take orders, against an oracle that looks at the clock of each minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from metaia.core import opening_hours as hours
from metaia.core import times
from metaia.core.opening_hours import WEEKDAYS
from metaia.shops import availability as rules
from metaia.shops.availability import Availability, availability
from metaia.shops.queries import Shop
from tests.shops.shapes import NOW, shop

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# A night that begins before midnight, a break, and an exception that closes a day.
WEEKLY = {
    **{day: [{"from": "09:00", "to": "12:30"}, {"from": "14:00", "to": "18:00"}] for day in WEEKDAYS[:4]},
    "fri": [{"from": "18:00", "to": "03:30"}],
    "sat": [{"from": "18:00", "to": "03:30"}],
}
ZONES = (
    "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu", "Africa/Cairo",
    "America/Santiago", "Pacific/Apia", "Asia/Beirut", "America/St_Johns", "Africa/Casablanca", "Europe/Dublin",
    "Pacific/Chatham", "UTC",
)  # fmt: skip


def clock_shows_open(given: Shop, minute: int) -> bool:
    """Return whether the clock of a shop shows a time of its hours: each minute is looked at on its own."""
    local = times.from_minutes(minute).astimezone(ZoneInfo(given.time_zone))
    now = local.hour * 60 + local.minute
    of_day = {each["date"]: each["hours"] for each in given.exceptions}

    def pairs(day: date) -> list[tuple[int, int]]:
        found = of_day.get(day.isoformat(), (given.weekly or {}).get(WEEKDAYS[day.weekday()], []))
        spans = [(minutes_of(each["from"]), minutes_of(each["to"])) for each in found]
        return [(begins, ends if ends > begins else ends + 1440) for begins, ends in spans]

    today, yesterday = local.date(), local.date() - timedelta(days=1)
    late = [] if today.isoformat() in of_day else [(b - 1440, e - 1440) for b, e in pairs(yesterday)]
    return any(begins <= now < ends for begins, ends in (*late, *pairs(today)))


def minutes_of(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def changes_of_clocks(zone: str) -> list[int]:
    """Return the minutes at which clocks in a zone change, 2026 to 2028."""
    first = times.minutes(datetime(2026, 1, 1, tzinfo=UTC))
    found = times.offsets(ZoneInfo(zone), first, first + 3 * 365 * times.DAY)
    return [after[0] for _, after in pairwise(found)] or [first + 90 * times.DAY]


def test_the_shop_is_open_while_its_clock_shows_its_hours():
    compared = 0
    for zone in ZONES:
        for change in changes_of_clocks(zone)[:6]:
            day = times.from_minutes(change).astimezone(ZoneInfo(zone)).date()
            closed = {"date": (day + timedelta(days=2)).isoformat(), "hours": []}
            given = shop(time_zone=zone, weekly=WEEKLY, exceptions=[closed])
            shown = [clock_shows_open(given, minute) for minute in range(change - 2200, change + 4320)]
            edges = [n for n, (before, after) in enumerate(pairwise(shown), 1) if before != after]
            assert edges
            for n in edges:
                for minute, seconds in ((n - 1, 59), (n, 0), (n, 1)):
                    moment = times.from_minutes(change - 2200 + minute) + timedelta(seconds=seconds)
                    assert availability(given, moment).accepts_orders == shown[minute], (zone, moment)
                    compared += 1
    assert compared > 1000


def test_the_list_filter_agrees_with_the_page_at_each_boundary():
    """`open_times` is what the column `open_during` has, which the directory compares with now()."""
    for zone in ZONES:
        for change in changes_of_clocks(zone)[:3]:
            start = times.from_minutes(change) - 30 * HOUR
            given = shop(time_zone=zone, weekly=WEEKLY, last_order_minutes=20)
            opened = rules.open_times(given, start, 21) or []
            for minute in {edge for interval in opened[:14] for edge in interval}:
                for moment in (times.from_minutes(minute) + timedelta(seconds=n) for n in (-1, 0, 1)):
                    listed = any(a <= (moment - times.EPOCH) / MINUTE < b for a, b in opened)
                    assert availability(given, moment).accepts_orders == listed
                    assert rules.accepts_at(given, moment) == listed


def test_closed_shops_state_when_they_open_next():
    given = shop(weekly={"wed": [{"from": "09:00", "to": "18:00"}]}, last_order_minutes=30)
    noon = availability(given, NOW)
    closing = datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert noon == Availability("open", True, closes_at=closing, last_order_at=closing - 30 * MINUTE)
    late = availability(given, closing - 30 * MINUTE)
    assert late == Availability("closed", False, "hours", opens_at=datetime(2026, 12, 2, 8, tzinfo=UTC))
    holidays = [
        {"date": (date(2026, 11, 25) + timedelta(days=n)).isoformat(), "hours": []} for n in range(40)
    ]
    away = shop(weekly=given.weekly, exceptions=holidays)
    assert availability(away, NOW).opens_at == datetime(2027, 1, 6, 8, tzinfo=UTC)
    assert availability(shop(weekly={}), NOW).opens_at is None


def test_states_of_the_profile_come_before_its_hours():
    until = NOW + HOUR
    table: list[tuple[dict[str, Any], str | None, Availability]] = [
        ({"status": "hidden"}, None, Availability("closed", False, "not_published")),
        ({"active": False}, None, Availability("closed", False, "not_published")),
        ({}, None, Availability("open", True)),
        ({}, "offline", Availability("open", True)),  # without a connection a shop is not closed
        ({}, "busy", Availability("busy", True)),
        ({"accept_when_busy": False}, "busy", Availability("busy", False, "busy")),
        (
            {"paused_until": until},
            "busy",
            Availability("closed", False, "paused", opens_at=until, until=until),
        ),
        ({"paused_until": NOW}, None, Availability("open", True)),
        ({"time_zone": "Mars/Olympus", "weekly": WEEKLY}, None, Availability("closed", False, "hours")),
    ]
    for values, presence, expected in table:
        assert availability(shop(**values), NOW, presence) == expected, values
    around = shop(weekly={day: [{"from": "00:00", "to": "24:00"}] for day in WEEKDAYS})
    assert availability(around, NOW) == Availability("open", True)


_CLOCK = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
_PAIRS = st.lists(st.fixed_dictionaries({"from": _CLOCK, "to": _CLOCK}), max_size=3)
_WEEKLY = st.none() | st.dictionaries(st.sampled_from(WEEKDAYS), _PAIRS)
_EXCEPTIONS = st.dictionaries(st.integers(-40, 100), _PAIRS, max_size=30)


@given(_WEEKLY, _EXCEPTIONS, st.sampled_from(ZONES), st.integers(0, 1439), st.sampled_from([0, 8, 21, 62]))
@settings(max_examples=150, deadline=None)
def test_exceptions_that_do_not_count_change_nothing(weekly, exceptions, zone, minute, days):
    """`open_times` reads only the exceptions around its days; the times are those of all exceptions."""
    now = datetime(2027, 3, 20, tzinfo=UTC) + timedelta(minutes=minute)
    dated = [
        {"date": (now.date() + timedelta(days=day)).isoformat(), "hours": pairs}
        for day, pairs in sorted(exceptions.items())
    ]
    this = shop(weekly=weekly, exceptions=dated, time_zone=zone)
    whole, today = hours.of_json(weekly, dated), times.minutes(now) // times.DAY
    opened = hours.joined(hours.intervals(whole, ZoneInfo(zone), today - 1, today + days))
    expected = None if rules.always_open(this) else rules.until_last_orders(opened, this.last_order_minutes)
    assert rules.open_times(this, now, days) == expected


def test_the_exceptions_of_a_year_are_not_all_read(monkeypatch):
    """366 dates with 20 pairs each: of 7,320 pairs those of some days are read."""
    read: list[str] = []
    pair = hours.pair.__wrapped__

    def counted(*given: str) -> Any:
        read.append(given[0])
        return pair(*given)

    monkeypatch.setattr(hours, "pair", counted)
    pairs = [{"from": f"{hour:02d}:00", "to": f"{hour:02d}:30"} for hour in range(20)]
    days = [(NOW.date() + timedelta(days=day)).isoformat() for day in range(366)]
    this = shop(weekly=None, exceptions=[{"date": day, "hours": pairs} for day in days])
    assert len(rules.open_times(this, NOW, 21) or ()) > 400
    assert len(read) < 30 * len(pairs)
