"""Free times for the public: which starts of which services, from a cache while no calendar changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
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
from metaia.core.errors import Unavailable
from metaia.core.json import Json
from metaia.core.times import DAY, Interval, now

MANY = 2_000  # starts, after which other greenlets have their turn: about 3 ms
# Seconds. A timer, because after `sleep(0)` gevent runs greenlets that are ready before it looks at sockets: with eight
# clients the event loop was late by 240 ms, instead of 5 ms.
PAUSE = 0.0001
PATIENCE = 5  # seconds that a request waits for the computation of others
_DAY = timedelta(days=1)
V = TypeVar("V")
Time = tuple[list[Interval], list[Busy]]  # when a calendar is open, and what takes time from it


class Recent(Generic[V]):
    """The values that were used last: as many as `room` has place for, each with the size that `measure` returns."""

    def __init__(self, room: int, measure: Callable[[V], int]) -> None:
        self._room, self._measure = room, measure
        self._taken = 0
        self._values: OrderedDict[Any, V] = OrderedDict()

    def get(self, key: Any) -> V | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Any, value: V) -> V:
        """Keep a value, and return it; one that is larger than the whole room is not kept, and displaces no other."""
        former = self._values.pop(key, None)
        self._taken -= 0 if former is None else self._measure(former)
        if self._measure(value) > self._room:
            return value
        self._taken += self._measure(value)
        self._values[key] = value
        while self._taken > self._room:
            _, dropped = self._values.popitem(last=False)
            self._taken -= self._measure(dropped)
        return value


_calendars: Recent[Time] = Recent(200, lambda _: 1)
_answers: Recent[bytes] = Recent(16_000_000, len)  # bytes; one answer may have 11 MB
_computing = BoundedSemaphore(1)  # several computations would take their turns before other greenlets get one


def answer(asked: Asked) -> bytes:
    """Return the body of an answer: the same one for the same tag, but for the seconds for which it is valid.

    Raises Unavailable if others are computed for PATIENCE.
    """
    tag = asked.tag
    found = _answers.get(tag)
    if found is None:
        known = {each.id: _time(asked, each) for each in asked.calendars.values()}
        if not _computing.acquire(timeout=PATIENCE):
            raise Unavailable
        try:
            found = _answers.get(tag) or _answers.put(tag, compute(asked, known))
        finally:
            _computing.release()
    return b'%s,"validFor":%d}}' % (found, 60 - now().second)


def compute(asked: Asked, known: Mapping[str, Time]) -> bytes:
    """Return the beginning of an answer, up to `validFor`. `known` has the times of the calendars by their ids.

    Other greenlets have their turn after each MANY starts, and after each calendar with as many.
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
    """Return the starts of a service in its calendars. Other greenlets have their turn after each large one."""
    lists: list[list[Start]] = []
    for each in service.calendar_ids:
        if each in known:
            if lists and len(lists[-1]) > MANY:
                gevent.sleep(PAUSE)
            lists.append(_in_calendar(asked, service, asked.calendars[each], known[each]))
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
