"""Free times for the public: which starts of which services, from a cache while no calendar changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Generic, TypeVar

import gevent
import orjson
from gevent.lock import BoundedSemaphore

from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.services.queries import Service
from metaia.bookings.slots import offers, presenters, queries
from metaia.bookings.slots.offers import Busy, Start
from metaia.bookings.slots.request import Asked
from metaia.bookings.slots.service import rules, zone_of
from metaia.core import times
from metaia.core.json import Json
from metaia.core.times import DAY, Interval, now

MANY = 2_000  # starts, after which other greenlets have their turn: about 3 ms
# Seconds. A timer, because after `sleep(0)` gevent runs greenlets that are ready before it looks at sockets: with eight
# clients the event loop was late by 240 ms, instead of 5 ms.
PAUSE = 0.0001
_DAY = timedelta(days=1)
V = TypeVar("V")
Time = tuple[list[Interval], list[Busy]]  # when a calendar is open, and what takes time from it


class _Recent(Generic[V]):
    """The values that were used last, at most `size`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Any, V] = OrderedDict()

    def get(self, key: Any) -> V | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Any, value: V) -> V:
        self._values[key] = value
        while len(self._values) > self._size:
            self._values.popitem(last=False)
        return value


_calendars: _Recent[Time] = _Recent(200)
_answers: _Recent[bytes] = _Recent(30)  # of at most 700 kB
_computing = BoundedSemaphore(1)  # several computations would take their turns before other greenlets get one


def answer(asked: Asked) -> bytes:
    """Return the body of an answer: the same one for the same tag, but for the seconds for which it is valid."""
    tag = asked.tag
    found = _answers.get(tag)
    if found is None:
        known = {each.id: _time(asked, each) for each in asked.calendars.values()}
        with _computing:
            found = _answers.get(tag) or _answers.put(tag, compute(asked, known))
    return b'%s,"validFor":%d}}' % (found, 60 - now().second)


def compute(asked: Asked, known: Mapping[str, Time]) -> bytes:
    """Return the beginning of an answer, up to `validFor`. `known` has the times of the calendars by their ids.

    Other greenlets have their turn after each MANY starts.
    """
    shifts = times.offsets(
        times.zone(asked.zone) or times.UTC_ZONE,
        (times.day_number(asked.first) - 2) * DAY,
        (times.day_number(asked.last) + 3) * DAY,
    )
    clock, parts, pending = presenters.Clock(shifts, plain=asked.plain), list[bytes](), 0
    for service in asked.services:
        starts = _starts(asked, service, known)
        parts.append(b'"%s":%s' % (service.id.encode(), orjson.dumps(clock.by_date(starts))))
        pending += len(starts)
        if pending > MANY:
            gevent.sleep(PAUSE)
            pending = 0
    version = sum(each.version for each in asked.calendars.values())
    rest: Json = {"timeZone": asked.zone, "partnerTimeZone": asked.place, "calendarVersion": version}
    return b'{"status":"success","data":{"slots":{%s},%s' % (b",".join(parts), orjson.dumps(rest)[1:-1])


def _starts(asked: Asked, service: Service, known: Mapping[str, Time]) -> list[Start]:
    """Return the starts of a service in its calendars."""
    lists = [
        _in_calendar(asked, service, asked.calendars[each], known[each])
        for each in service.calendar_ids
        if each in known
    ]
    return lists[0] if len(lists) == 1 else _merged(lists)


def _in_calendar(asked: Asked, service: Service, calendar: Calendar, time: Time) -> list[Start]:
    """Return the starts on the dates that were asked for, by the clock of the calendar."""
    opened, busy = time
    first, last = (
        times.minutes(times.start_of(day, zone_of(calendar))) for day in (asked.first, asked.last + _DAY)
    )
    return offers.starts(rules(service), opened, busy, asked.minute, first, last, asked.seats)


def _merged(lists: Iterable[list[Start]]) -> list[Start]:
    """Return the starts of several calendars; a booking takes its seats from one of them."""
    left: dict[int, int] = {}
    for starts in lists:
        for at, seats in starts:
            left[at] = max(seats, left.get(at, 0))
    return sorted(left.items())


def _time(asked: Asked, calendar: Calendar) -> Time:
    """Return the open and the taken time of a calendar. The version was read before the blocks: they are no older."""
    if asked.own is not None:
        return _read_time(asked, calendar, asked.own.seats)
    key = (calendar.id, calendar.version, asked.first, asked.last, asked.minute)
    return _calendars.get(key) or _calendars.put(key, _read_time(asked, calendar, None))


def _read_time(asked: Asked, calendar: Calendar, seats: Mapping[str, int] | None) -> Time:
    first, last = (times.day_number(day) * DAY for day in (asked.first, asked.last + _DAY))
    opened = calendar_queries.intervals(calendar, asked.first, asked.last)
    return opened, queries.busy(calendar.no, first, last, seats)
