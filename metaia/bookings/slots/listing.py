"""Free times for the public: which starts of which services, from a cache while no calendar changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Generic, TypeVar

import gevent
import orjson
from gevent.lock import BoundedSemaphore

from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.services.queries import Service
from metaia.bookings.slots import offers, presenters, queries
from metaia.bookings.slots.offers import Packed, Time
from metaia.bookings.slots.request import Asked
from metaia.bookings.slots.service import rules, zone_of
from metaia.core import times
from metaia.core.errors import Unavailable
from metaia.core.json import Json
from metaia.core.times import DAY, now

MANY = 2_000  # starts and gaps, after which other greenlets have their turn: about 3 ms
# Seconds. A timer, because after `sleep(0)` gevent runs greenlets that are ready before it looks at sockets: with eight
# clients the event loop was late by 240 ms, instead of 5 ms.
PAUSE = 0.0001
PATIENCE = 5  # seconds that a request waits for the computation of others
_DAY = timedelta(days=1)
V = TypeVar("V")
Span = tuple[int, int]  # the first minute of the dates that are asked for, and the one after the last


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


class Turns:
    """Lets other greenlets have their turn after each MANY starts and gaps."""

    def __init__(self) -> None:
        self._pending = 0

    def took(self, count: int) -> None:
        """Count starts and gaps that were computed."""
        self._pending += count
        if self._pending > MANY:
            gevent.sleep(PAUSE)
            self._pending = 0


_calendars: Recent[Time] = Recent(200, lambda _: 1)
_answers: Recent[bytes] = Recent(16_000_000, len)  # bytes; one answer may have 11 MB
_computing = BoundedSemaphore(1)  # several computations would take their turns before other greenlets get one


def kept(tag: str) -> bytes | None:
    """Return the body of the answer with a tag, if it is still there. Equal tags are those of equal answers."""
    found = _answers.get(tag)
    return None if found is None else _complete(found)


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
    return _complete(found)


def _complete(found: bytes) -> bytes:
    return b'%s,"validFor":%d}}' % (found, 60 - now().second)


def compute(asked: Asked, known: Mapping[str, Time]) -> bytes:
    """Return the beginning of an answer, up to `validFor`. `known` has the times of the calendars by their ids."""
    shifts = times.offsets(
        times.zone(asked.zone) or times.UTC_ZONE,
        (times.day_number(asked.first) - 2) * DAY,
        (times.day_number(asked.last) + 3) * DAY,
    )
    clock, turns, parts = presenters.Clock(shifts, plain=asked.plain), Turns(), list[bytes]()
    spans = {each.id: _span(asked, each) for each in asked.calendars.values()}
    for service in asked.services:
        shown = _by_date(clock, _starts(asked, service, known, spans, turns), turns)
        parts.append(b'"%s":%s' % (service.id.encode(), orjson.dumps(shown)))
    version = sum(each.version for each in asked.calendars.values())
    rest: Json = {"timeZone": asked.zone, "partnerTimeZone": asked.place, "calendarVersion": version}
    return b'{"status":"success","data":{"slots":{%s},%s' % (b",".join(parts), orjson.dumps(rest)[1:-1])


def _span(asked: Asked, calendar: Calendar) -> Span:
    """Return the dates that were asked for, by the clock of a calendar."""
    first, last = (
        times.minutes(times.start_of(day, zone_of(calendar))) for day in (asked.first, asked.last + _DAY)
    )
    return first, last


def _starts(
    asked: Asked, service: Service, known: Mapping[str, Time], spans: Mapping[str, Span], turns: Turns
) -> list[Packed]:
    """Return the starts of a service in its calendars. Calendars with equal hours share most of their ranges."""
    rule, ranges, found = rules(service), set[range](), set[Packed]()
    named = [each for each in service.calendar_ids if each in known]
    for each in named:
        turns.took(len(known[each].gaps))
        free, joinable = offers.parts(rule, known[each], asked.minute, *spans[each], asked.seats)
        if len(named) == 1:
            return offers.in_order(free, joinable)
        found.update(joinable)
        for part in free:
            if part not in ranges:
                ranges.add(part)
                found.update(part)
                turns.took(len(part))
    return offers.together(rule, found)


def _by_date(clock: presenters.Clock, starts: list[Packed], turns: Turns) -> dict[str, list[Any]]:
    """Return starts by their local dates, in turns."""
    shown: dict[str, list[Any]] = {}
    for index in range(0, len(starts), MANY):
        part = starts[index : index + MANY]
        for day, each in clock.by_date(part).items():
            shown.setdefault(day, []).extend(each)
        turns.took(len(part))
    return shown


def _time(asked: Asked, calendar: Calendar) -> Time:
    """Return the time of a calendar. The version was read before the blocks: they are no older."""
    if asked.own is not None:
        return _read_time(asked, calendar, asked.own.seats)
    key = (calendar.id, calendar.version, asked.first, asked.last)
    return _calendars.get(key) or _calendars.put(key, _read_time(asked, calendar, None))


def _read_time(asked: Asked, calendar: Calendar, seats: Mapping[str, int] | None) -> Time:
    first, last = (times.day_number(day) * DAY for day in (asked.first, asked.last + _DAY))
    opened = calendar_queries.intervals(calendar, asked.first, asked.last)
    return offers.time(opened, queries.busy(calendar.no, first, last, seats))
