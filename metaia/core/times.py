"""Time: aware datetimes in UTC, RFC 3339 in JSON, and the arithmetic of time zones.

Local times are converted here and nowhere else: PostgreSQL has other zone data, and other rules for local times that
occur twice.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE, DAY = timedelta(minutes=1), 24 * 60  # the second in minutes
UTC_ZONE = ZoneInfo("UTC")
ZONE_DATA = version("tzdata")  # of the zone data that all conversions use
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = EPOCH.toordinal()

Interval = tuple[int, int]  # minutes since the epoch: the first, and the one after the last
Offset = tuple[int, int, int]  # such an interval, and the offset of the zone in it, in minutes


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime | None) -> str | None:
    """Return `moment` as RFC 3339 with microseconds and `Z`, or None for None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # faster than strftime


def zone(name: str) -> ZoneInfo | None:
    """Return the time zone with an IANA name, None if the zone data have none: rows may be older than the data."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "America"
        return None


def instant(local: datetime, place: ZoneInfo, *, late: bool = False) -> datetime:
    """Return in UTC the moment at which clocks in the zone `place` show `local`, which has no zone.

    A local time that occurs twice stands for its first occurrence, or with `late` for its second one. A local time
    that is skipped stands for the moment of the skip, which is found by bisection.
    """
    first, second = (local.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if late else first
    # For a skipped time, fold 0 uses the offset before the skip and fold 1 the offset after it: the skip is between.
    while first - second > timedelta(seconds=1):
        middle = second + (first - second) / 2
        if middle.astimezone(place).replace(tzinfo=None) < local:
            second = middle
        else:
            first = middle
    return first.replace(microsecond=0)


def start_of(day: date, place: ZoneInfo) -> datetime:
    """Return in UTC the moment at which a day begins in a zone; at some changes of clocks that is not 00:00."""
    return instant(datetime.combine(day, time()), place)


def minutes(moment: datetime) -> int:
    """Return a moment in whole minutes since the epoch, rounded down."""
    return (moment - EPOCH) // MINUTE


def from_minutes(at: int) -> datetime:
    """Return in UTC the moment that is `at` minutes after the epoch."""
    return EPOCH + timedelta(minutes=at)


def day_number(day: date) -> int:
    """Return a date as days since 1970-01-01."""
    return day.toordinal() - _EPOCH_DAY


def from_day_number(number: int) -> date:
    """Return the date that is `number` days after 1970-01-01."""
    return date.fromordinal(number + _EPOCH_DAY)


def offsets(place: ZoneInfo, first: int, last: int) -> list[Offset]:
    """Return the offsets of a zone between two minutes since the epoch, `last` excluded, in their order.

    Clocks in the zone show `minute + offset`. The offset is read once a day and at each change, found by bisection.
    """
    found: list[Offset] = []
    begun, here = first, _offset(place, first)
    for probe in (*range(first + DAY, last, DAY), last - 1):
        there = _offset(place, probe)
        if there != here:
            changed = _change(place, max(begun, probe - DAY), probe, there)
            found.append((begun, changed, here))
            begun, here = changed, there
    return [*found, (begun, last, here)]


def _change(place: ZoneInfo, before: int, after: int, offset: int) -> int:
    """Return the first minute with `offset`: the minute `after` has it, `before` has not."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(place, middle) == offset else (middle, after)
    return after


def _offset(place: ZoneInfo, minute: int) -> int:
    shift = from_minutes(minute).astimezone(place).utcoffset() or timedelta(0)
    return shift // MINUTE


def occurred(stated: datetime, since: datetime, until: datetime) -> datetime:
    """Return when something happened by the clock of a device, which may be wrong: between two times."""
    return min(max(stated, since), until)
