"""Decisions on the delivery of a notification, in each time zone and at each change of its clocks."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from metaia.core.text.zones import NAMES
from metaia.notifications.preferences.policy import (
    DAILY_DIGEST_AT,
    QUIET_LEAD,
    Decision,
    Preferences,
    after_quiet_hours,
    before_quiet_hours,
    decide,
    decide_at_sending,
    in_time,
    next_digest,
)
from metaia.notifications.preferences.schemas import MAX_QUIET
from metaia.notifications.registry import CHANNELS, EMAIL, IN_APP, PUSH, SECURITY, SMS, NotificationType

NEW_YORK = "America/New_York"  # 2026: 2 → 3 o'clock on 8 March, 2 → 1 on 1 November
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = (EMAIL, SMS, PUSH)

zones = st.sampled_from(sorted(NAMES)).map(ZoneInfo)
moments = st.integers(631_152_000, 2_840_140_800).map(
    lambda at: datetime.fromtimestamp(at, UTC)
)  # 1990 to 2060
minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
nights = st.tuples(minutes, minutes).filter(lambda night: length(night) <= MAX_QUIET)


def length(night: tuple[time, time]) -> timedelta:
    """Return how long quiet hours are on an ordinary day."""
    start, end = (timedelta(hours=each.hour, minutes=each.minute) for each in night)
    return (end - start) % DAY


def local(zone: ZoneInfo, *wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, tzinfo=zone, fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]


def is_quiet(moment: datetime, zone: ZoneInfo, night: tuple[time, time]) -> bool:
    """Return whether the local clock shows quiet hours."""
    start, end = night
    shown = moment.astimezone(zone).time()
    return start <= shown < end if start < end else (shown >= start or shown < end) and start != end


def shown_twice(moment: datetime, zone: ZoneInfo) -> bool:
    wall = moment.astimezone(zone)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


@st.composite
def around_changes(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """Give a zone and a moment within a day of one at which its clocks change."""
    zone, moment = draw(zones), draw(moments)
    changed = next_change(moment, zone)
    assume(changed is not None)
    assert changed is not None
    return zone, changed + draw(st.timedeltas(-DAY, DAY))


def next_change(moment: datetime, zone: ZoneInfo) -> datetime | None:
    offset = moment.astimezone(zone).utcoffset()
    for days in range(0, 400, 20):
        later = moment + timedelta(days=days)
        if later.astimezone(zone).utcoffset() != offset:
            return later_half(later - timedelta(days=20), later, zone)
    return None


def later_half(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return after


@pytest.fixture(scope="module", params=["UTC", "Pacific/Kiritimati", "America/St_Johns"])
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The time zone of the server must not matter."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clock.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    clock.tzset()


either = st.one_of(st.tuples(zones, moments), around_changes())


@pytest.mark.usefixtures("server_zone")
@settings(max_examples=140, deadline=None)  # in each of three zones
@given(either, nights)
@example((ZoneInfo(NEW_YORK), local(ZoneInfo(NEW_YORK), 2026, 3, 8, 1, 50)), (time(22), time(2, 30)))
@example((ZoneInfo(NEW_YORK), local(ZoneInfo(NEW_YORK), 2026, 3, 8, 3, 10)), (time(2, 30), time(6)))
@example((ZoneInfo(NEW_YORK), local(ZoneInfo(NEW_YORK), 2026, 11, 1, 1, 40)), (time(22), time(1, 30)))
@example((ZoneInfo("Pacific/Apia"), local(ZoneInfo("Pacific/Apia"), 2011, 12, 29, 23)), (time(22), time(7)))
@example((ZoneInfo("America/Havana"), local(ZoneInfo("America/Havana"), 2026, 11, 1)), (time(0), time(20)))
def test_quiet_hours_are_kept_and_delay_no_more_than_they_must(
    place: tuple[ZoneInfo, datetime], night: tuple[time, time]
) -> None:
    zone, moment = place
    preferences = Preferences(zone, quiet=night)
    result = after_quiet_hours(moment, preferences)
    assert moment <= result <= moment + 25 * HOUR
    assert after_quiet_hours(result, preferences) == result, "it ends outside of quiet hours"
    if not shown_twice(result, zone):
        assert not is_quiet(result, zone, night)
    if not shown_twice(moment, zone):
        assert (result > moment) == is_quiet(moment, zone, night), "nothing else is delayed"
    just_before = result - timedelta(seconds=1)
    if result > moment and just_before > moment and not shown_twice(just_before, zone):
        assert is_quiet(just_before, zone, night), "and not for longer than necessary"
    assert result.utcoffset() == timedelta()


@settings(max_examples=400, deadline=None)
@given(either, nights)
@example((ZoneInfo(NEW_YORK), local(ZoneInfo(NEW_YORK), 2026, 3, 8, 1, 50)), (time(22), time(2, 30)))
@example((ZoneInfo(NEW_YORK), local(ZoneInfo(NEW_YORK), 2026, 3, 8, 3, 10)), (time(2, 30), time(6)))
@example((ZoneInfo("Pacific/Apia"), local(ZoneInfo("Pacific/Apia"), 2011, 12, 31, 3)), (time(22), time(7)))
@example((ZoneInfo("America/Havana"), local(ZoneInfo("America/Havana"), 2026, 11, 1)), (time(0), time(20)))
def test_a_message_goes_out_before_quiet_hours(
    place: tuple[ZoneInfo, datetime], night: tuple[time, time]
) -> None:
    zone, moment = place
    preferences = Preferences(zone, quiet=night)
    result = before_quiet_hours(moment, preferences)
    assert moment - 25 * HOUR <= result <= moment
    assert after_quiet_hours(result, preferences) == result, "nothing holds it back"
    assert after_quiet_hours(result + QUIET_LEAD - timedelta(seconds=1), preferences) == (
        result + QUIET_LEAD - timedelta(seconds=1)
    ), "nor a little later"
    if result < moment - QUIET_LEAD:
        begins = result + QUIET_LEAD
        assert after_quiet_hours(begins, preferences) > begins, "and not earlier than necessary"


@given(moments, st.integers(-3, 3), st.sampled_from(["queued", "suppressed"]))
def test_a_delivery_is_suppressed_at_its_end_and_after_it(moment: datetime, hours: int, status: str) -> None:
    decision = Decision(status, moment, "quiet_hours", digest=True)  # type: ignore[arg-type]
    expected = Decision("suppressed", moment, "too_late") if status == "queued" and hours <= 0 else decision
    assert in_time(decision, moment + hours * HOUR) == expected
    assert in_time(decision, None) == decision


@settings(deadline=None)
@given(either, minutes)
def test_the_same_time_twice_is_no_time(place: tuple[ZoneInfo, datetime], at: time) -> None:
    zone, moment = place
    assert after_quiet_hours(moment, Preferences(zone, quiet=(at, at))) == moment


@pytest.mark.parametrize(
    ("moment", "night", "expected"),
    [
        # across midnight, on both of its sides, and at its very ends
        ((2026, 6, 1, 23, 30), (22, 7), (2026, 6, 2, 7)),
        ((2026, 6, 2, 6, 59), (22, 7), (2026, 6, 2, 7)),
        ((2026, 6, 2, 7), (22, 7), (2026, 6, 2, 7)),
        ((2026, 6, 1, 22), (22, 7), (2026, 6, 2, 7)),
        ((2026, 6, 1, 21, 59), (22, 7), (2026, 6, 1, 21, 59)),
        # within a day
        ((2026, 6, 1, 13), (12, 14), (2026, 6, 1, 14)),
        ((2026, 6, 1, 14), (12, 14), (2026, 6, 1, 14)),
        # the night of 8 hours in March, of 10 in November
        ((2026, 3, 7, 23), (22, 7), (2026, 3, 8, 7)),
        ((2026, 10, 31, 23), (22, 7), (2026, 11, 1, 7)),
    ],
)
def test_by_the_clock_on_the_wall(moment: tuple[int], night: tuple[int, int], expected: tuple[int]) -> None:
    zone = ZoneInfo(NEW_YORK)
    preferences = Preferences(zone, quiet=(time(night[0]), time(night[1])))
    assert after_quiet_hours(local(zone, *moment), preferences) == local(zone, *expected)


def test_an_end_that_the_clock_skips_is_the_moment_at_which_it_skips() -> None:
    zone = ZoneInfo(NEW_YORK)
    preferences = Preferences(zone, quiet=(time(22), time(2, 30)))
    assert after_quiet_hours(local(zone, 2026, 3, 8, 1, 45), preferences) == local(zone, 2026, 3, 8, 3)


def test_an_end_that_the_clock_shows_twice_is_the_second() -> None:
    zone = ZoneInfo(NEW_YORK)
    preferences = Preferences(zone, quiet=(time(22), time(1, 30)))
    for fold in (0, 1):
        moment = local(zone, 2026, 11, 1, 1, 10, fold=fold)
        assert after_quiet_hours(moment, preferences) == local(zone, 2026, 11, 1, 1, 30, fold=1)


@pytest.mark.usefixtures("server_zone")
@settings(max_examples=100, deadline=None)
@given(either)
def test_the_hourly_digest_leaves_at_the_full_hour_of_its_reader(place: tuple[ZoneInfo, datetime]) -> None:
    zone, moment = place
    result = next_digest(moment, "hourly", zone)
    assert moment < result <= moment + HOUR
    if result.astimezone(zone).utcoffset() == moment.astimezone(zone).utcoffset():
        shown = result.astimezone(zone)
        assert (shown.minute, shown.second, shown.microsecond) == (0, 0, 0)


@pytest.mark.usefixtures("server_zone")
@settings(max_examples=100, deadline=None)
@given(either)
@example((ZoneInfo("Pacific/Apia"), local(ZoneInfo("Pacific/Apia"), 2011, 12, 29, 9)))
def test_the_daily_digest_leaves_in_the_morning_of_its_reader(place: tuple[ZoneInfo, datetime]) -> None:
    zone, moment = place
    result = next_digest(moment, "daily", zone)
    assert moment < result <= moment + 26 * HOUR  # Antarctica/Troll changes by two hours
    shown, before = result.astimezone(zone), (result - timedelta(seconds=1)).astimezone(zone)
    skipped = shown.date() - before.date() > DAY  # a whole day is, where the date line was moved
    assert shown.time() == DAILY_DIGEST_AT or skipped


CALM = NotificationType("calm", "news", (IN_APP, *ALL), may_wait=True)
BRISK = NotificationType("brisk", "news", (IN_APP, *ALL))
URGENT = NotificationType("urgent", "news", (IN_APP, *ALL), urgent=True, may_wait=True)
LOGIN = NotificationType("login", SECURITY, (IN_APP, *ALL))
LIMITED = NotificationType("limited", "news", (IN_APP, *ALL), throttle=(3, 3600))
NIGHT = (time(22), time(7))
MIDNIGHT = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
MORNING = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
ONE = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type_", "preferences", "moment", "expected"),
    [
        (CALM, Preferences(), NOON, Decision("queued", NOON)),
        (CALM, Preferences(muted=True), NOON, Decision("suppressed", NOON, "muted")),
        (URGENT, Preferences(muted=True, quiet=NIGHT), MIDNIGHT, Decision("queued", MIDNIGHT)),
        (URGENT, Preferences(off={"news": [PUSH]}), NOON, Decision("suppressed", NOON, "preference")),
        (LOGIN, Preferences(muted=True, off={SECURITY: [PUSH]}, quiet=NIGHT), MIDNIGHT, Decision("queued", MIDNIGHT)),
        (CALM, Preferences(off={"news": [EMAIL]}), NOON, Decision("queued", NOON)),
        (CALM, Preferences(quiet=NIGHT), MIDNIGHT, Decision("queued", MORNING, "quiet_hours")),
        (CALM, Preferences(digest={"news": "hourly"}), NOON, Decision("queued", ONE, "digest", True)),
        (BRISK, Preferences(digest={"news": "hourly"}), NOON, Decision("queued", NOON)),
        (URGENT, Preferences(digest={"news": "hourly"}), NOON, Decision("queued", NOON)),
        (CALM, Preferences(digest={"news": "hourly"}, quiet=NIGHT), MIDNIGHT,
         Decision("queued", MORNING, "digest", True)),
        (CALM, Preferences(digest={"other": "daily"}), NOON, Decision("queued", NOON)),
    ],
)  # fmt: skip
def test_what_is_wished_decides(
    type_: NotificationType, preferences: Preferences, moment: datetime, expected: Decision
) -> None:
    assert decide(type_, PUSH, preferences, moment) == expected


@pytest.mark.parametrize(("recent", "status"), [(0, "queued"), (2, "queued"), (3, "suppressed")])
def test_what_comes_too_often_is_throttled(recent: int, status: str) -> None:
    assert decide(LIMITED, PUSH, Preferences(), NOON, recent=recent).status == status


@settings(deadline=None)
@given(
    st.sampled_from([CALM, BRISK, URGENT, LOGIN, LIMITED]),
    st.sampled_from(ALL),
    either,
    st.booleans(),
    st.sets(st.sampled_from(CHANNELS)),
    st.sampled_from([None, "hourly", "daily"]),
    st.none() | nights,
)
def test_what_was_queued_is_sent_when_it_is_due_and_nothing_has_changed(
    type_: NotificationType,
    channel: str,
    place: tuple[ZoneInfo, datetime],
    muted: bool,
    off: set[str],
    digest: str | None,
    night: tuple[time, time] | None,
) -> None:
    """Otherwise a delivery could be postponed for ever."""
    zone, moment = place
    intervals = {type_.category: digest} if digest else {}
    preferences = Preferences(zone, muted, {type_.category: sorted(off)}, intervals, night)  # type: ignore[arg-type]
    decision = decide(type_, channel, preferences, moment)
    assert decision.due_at >= moment
    if decision.status == "queued":
        assert decide_at_sending(type_, channel, preferences, decision.due_at) == Decision(
            "queued", decision.due_at
        )
