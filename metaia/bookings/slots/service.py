"""Whether a start of a service is free, and which ones are instead: the decision under which bookings are made."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.services.queries import Service
from metaia.bookings.slots import offers, queries
from metaia.bookings.slots.offers import Start
from metaia.bookings.slots.policy import Refusal, Rules
from metaia.bookings.slots.queries import Known
from metaia.core import times
from metaia.core.errors import Conflict, Invalid, Problem, declare
from metaia.core.json import Json
from metaia.core.times import DAY, Interval, now, rfc3339

ALTERNATIVES = 5
EVERY_SEAT = 10**6
SEARCHED = (2, 7, 35)  # days after a refused start, until there are enough free ones
_DAY = timedelta(days=1)
CONFLICTS = frozenset({offers.SLOT_TAKEN, offers.SESSION_FULL})
_MEANINGS = {
    "in_the_past": "The start is in the past.",
    "too_soon": "The service needs more notice; `details` has the earliest time.",
    "too_far": "The service is not booked so long before; `details` has the latest time.",
    "outside_hours": "The calendar is not open for the whole duration.",
    "off_grid": "The service does not begin at this minute; `details` has the nearest start.",
    "slot_taken": "The time is taken; `details` has free starts.",
    "session_full": "The session has fewer seats left; `details` has their number.",
}
declare(_MEANINGS)


def check(
    service: Service,
    calendar: Calendar,
    starts_at: datetime,
    seats: int = 1,
    *,
    known: Known | None = None,
    ignoring: str | None = None,
    own_seats: int = EVERY_SEAT,
    anywhere: bool = False,
) -> None:
    """Raise unless a start is free: Invalid, or Conflict (`slot_taken`, `session_full`).

    Call it with the calendar row-locked; `known` is what was read of it since then. `own_seats` of the block
    `ignoring` count as free: by default all, so that nothing is left of the block. `anywhere` is for partners: their
    bookings need no hours, grid and notice, and never get the time of another block.
    """
    at, moment = times.minutes(starts_at), times.minutes(now())
    if times.from_minutes(at) != starts_at:
        raise _problem(Refusal(code="off_grid", details={"nearest": at}))
    seats_of = {ignoring: own_seats} if ignoring else None
    busy = queries.busy(calendar.no, at, at + 1, seats_of) if known is None else known.busy
    if anywhere:
        past = Refusal(code="in_the_past") if at < moment else None
        refusal = past or offers.blocked(rules(service), busy, at, seats)
    else:
        opened = _opened(calendar, starts_at.astimezone(zone_of(calendar)).date(), known)
        refusal = offers.refusal(rules(service), opened, busy, moment, at, seats)
    if refusal is not None:
        raise _problem(refusal)


def alternatives(
    service: Service,
    calendars: Iterable[Calendar],
    after: datetime,
    limit: int = ALTERNATIVES,
    *,
    seats: int = 1,
) -> list[Json]:
    """Return the next free starts from `after` on, as JSON, each with the calendar that is free."""
    found: list[tuple[int, str]] = []
    listed, first = list(calendars), times.minutes(after)
    for days in SEARCHED:
        found = _free(service, listed, first, first + days * DAY, limit, seats)
        if len(found) >= limit:
            break
    return [
        {"startsAt": rfc3339(times.from_minutes(at)), "calendarId": calendar_id} for at, calendar_id in found
    ]


def first_of_dates(
    service: Service, calendars: Iterable[Calendar], since: datetime, until: datetime, *, seats: int = 1
) -> list[datetime]:
    """Return the first free start of each date between two moments, `until` excluded, in order.

    Dates are those of the calendars' clocks.
    """
    first, last = (times.minutes(each + times.MINUTE - timedelta.resolution) for each in (since, until))
    found: set[int] = set()
    for calendar in calendars:
        starts, place = _starts(service, calendar, first, last, seats), zone_of(calendar)
        index = 0
        while index < len(starts):
            at = starts[index][0]
            found.add(at)
            day = times.from_minutes(at).astimezone(place).date()
            index = bisect_left(starts, (times.minutes(times.start_of(day + _DAY, place)),), lo=index + 1)
    return [times.from_minutes(at) for at in sorted(found)]


def rules(service: Service) -> Rules:
    """Return what decides about the starts of a service."""
    return Rules(
        service_id=service.id,
        duration=service.duration_minutes,
        buffer_before=service.buffer_before_minutes,
        buffer_after=service.buffer_after_minutes,
        step=service.step_minutes,
        min_notice=service.min_notice_minutes,
        max_advance=service.max_advance_days * DAY,
        capacity=service.capacity,
    )


def zone_of(calendar: Calendar) -> ZoneInfo:
    """Return the zone of a calendar, UTC if the zone data do not have it: it is closed then."""
    return times.zone(calendar.time_zone) or times.UTC_ZONE


def _opened(calendar: Calendar, day: date, known: Known | None) -> list[Interval]:
    if known is None:
        return calendar_queries.intervals(calendar, day, day)
    return calendar_queries.open_hours(calendar, known.exceptions, day, day)


def _free(
    service: Service, calendars: Iterable[Calendar], first: int, last: int, limit: int, seats: int
) -> list[tuple[int, str]]:
    found = []
    for calendar in calendars:
        starts = _starts(service, calendar, first, last, seats)
        found += [(at, calendar.id) for at, _ in starts[:limit]]
    return heapq.nsmallest(limit, found)


def _starts(service: Service, calendar: Calendar, first: int, last: int, seats: int) -> list[Start]:
    place = zone_of(calendar)
    days = [times.from_minutes(at).astimezone(place).date() for at in (first, last)]
    opened = calendar_queries.intervals(calendar, days[0], days[1])
    busy = queries.busy(calendar.no, first, last)
    return offers.starts(rules(service), opened, busy, times.minutes(now()), first, last, seats)


def _problem(refusal: Refusal) -> Problem:
    """Return the error of a refusal. Each detail of a 422 is a list of texts, as in all of them."""
    if refusal.code in CONFLICTS:
        left = {"seatsLeft": refusal.details["seats_left"]} if "seats_left" in refusal.details else {}
        return Conflict(_MEANINGS[refusal.code], code=refusal.code, details=left)
    details = {name: [str(rfc3339(times.from_minutes(at)))] for name, at in refusal.details.items()}
    shown = {"startsAt": [_MEANINGS[refusal.code]]} | details
    return Invalid(_MEANINGS[refusal.code], code=refusal.code, details=shown)
