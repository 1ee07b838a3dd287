"""Placing: which calendar takes a booking, and the block in it. Calendars are row-locked by their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from metaia.bookings.blocks import queries as block_queries
from metaia.bookings.blocks import service as blocks
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars import service as calendar_service
from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.ending import service as ending
from metaia.bookings.placing import queries
from metaia.bookings.placing.queries import Facts
from metaia.bookings.queries import Booking
from metaia.bookings.services import queries as service_queries
from metaia.bookings.services.queries import Service
from metaia.bookings.slots import service as slots
from metaia.core import times
from metaia.core.errors import Conflict, Invalid, NotFound, Problem

Place = tuple[Calendar, str]  # and the id of the block


def candidates(service: Service, calendar_id: str | None) -> list[str]:
    """Return the ids of the calendars in which a service can be booked, or that of the wanted one. Raises Invalid."""
    if calendar_id is None:
        return list(service.calendar_ids)
    if calendar_id not in service.calendar_ids:
        raise Invalid(details={"calendarId": ["Not a calendar of this service."]})
    return [calendar_id]


def read(
    service: Service, calendars: Sequence[Calendar], starts_at: datetime, customer_id: str | None = None
) -> Facts:
    """Return what decides about a start in row-locked calendars, after what is overdue there was ended."""
    found = queries.facts(service, calendars, starts_at, customer_id)
    if not found.overdue:
        return found
    ending.end_listed(found.overdue, {each.id for each in calendars})
    return replace(queries.facts(service, calendars, starts_at, customer_id), stale=True)


def place(
    service: Service, calendars: Sequence[Calendar], starts_at: datetime, seats: int, *, freely: bool
) -> Place:
    """Take a time in the first of these calendars that has it free. They are row-locked. Raises as `take` does."""
    facts = replace(read(service, calendars, starts_at), stale=True)  # the time before a move was freed
    return take(service, calendars, facts, starts_at, seats, freely=freely)


def take(
    service: Service,
    calendars: Sequence[Calendar],
    facts: Facts,
    starts_at: datetime,
    seats: int,
    *,
    freely: bool,
) -> Place:
    """Take a time in the first of these calendars that has it free by what `read` has returned.

    With `freely` the hours, the grid and the notice do not matter; another block always does. Raises Conflict
    (`slot_taken`, `session_full`) and Invalid (`outside_hours` and others).
    """
    if seats > service.capacity:
        raise Invalid(details={"seats": ["More than a session has."]})
    refusals: list[Problem] = []
    for calendar in _by_load(calendars, starts_at):
        try:
            slots.check(service, calendar, starts_at, seats, known=facts.known(calendar), anywhere=freely)
            block_id = blocks.take(calendar.no, service, starts_at, seats)
        except (Conflict, Invalid) as refusal:
            refusals.append(refusal)
            continue
        during = (starts_at, starts_at + timedelta(minutes=service.duration_minutes))
        if facts.stale:
            calendar_service.changed({calendar.id}, during)
        else:
            calendar_service.raise_version(calendar, during)
        return calendar, block_id
    raise _nearest(refusals)


def place_over(
    booking: Booking, service: Service, calendar: Calendar, starts_at: datetime, *, freely: bool
) -> Place:
    """Take a time that may overlap that of a booking, which keeps its own: both are taken. Raises as `place` does."""
    own = block_queries.get(booking.block_id)
    overlap = (
        calendar.id == booking.calendar_id and own is not None and blocks.overlaps(own, service, starts_at)
    )
    if own is None or not overlap or own.capacity > 1:
        return place(service, [calendar], starts_at, booking.seats, freely=freely)
    ends_at = starts_at + timedelta(minutes=service.duration_minutes)
    ending.clear({calendar.id}, starts_at, ends_at)
    slots.check(service, calendar, starts_at, booking.seats, ignoring=own.id, anywhere=freely)
    block_id = blocks.overlay(own, service, starts_at)
    calendar_service.changed({calendar.id}, (starts_at, ends_at))
    return calendar, block_id


@contextmanager
def with_alternatives(service: Service, starts_at: datetime, seats: int) -> Iterator[None]:
    """Add other free times of a service to a Conflict (`slot_taken`, `session_full`) that is raised in the block.

    They are searched once, after all calendars have refused: the search reads weeks of each calendar. Around a
    transaction it holds no row-locks.
    """
    try:
        yield
    except Conflict as problem:
        if problem.code in slots.CONFLICTS:
            calendars = calendar_queries.of_service(service.id)
            problem.details |= {
                "alternatives": slots.alternatives(service, calendars, starts_at, seats=seats)
            }
        raise


def service_of(booking: Booking) -> Service:
    """Return the service of a booking, with the lengths that were booked. Raises NotFound."""
    service = service_queries.get(booking.service_id)
    if service is None:
        raise NotFound("There is no such service.")
    kept = ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes")
    return replace(service, **{name: booking.service[name] for name in kept})


def local_start(starts_at: datetime, time_zone: str) -> str:
    """Return what clocks of a zone show at a moment, as `2026-10-01T09:00`; UTC if the zone data do not have it."""
    return starts_at.astimezone(times.zone(time_zone) or times.UTC_ZONE).strftime("%Y-%m-%dT%H:%M")


def _by_load(calendars: Sequence[Calendar], starts_at: datetime) -> list[Calendar]:
    """Return calendars, those with the fewest bookings on that day first."""
    if len(calendars) < 2:
        return list(calendars)
    days = {each.id: local_start(starts_at, each.time_zone)[:10] for each in calendars}
    loads = queries.loads(days, starts_at)
    return sorted(calendars, key=lambda each: (loads.get(each.id, 0), each.no))


def _nearest(refusals: Sequence[Problem]) -> Problem:
    """Return the refusal of the calendar that came nearest to having the time free."""
    if not refusals:
        return Invalid("No calendar of this service is open.", code="outside_hours")
    conflicts = [each for each in refusals if isinstance(each, Conflict)]
    return max(conflicts or refusals, key=lambda each: int(each.details.get("seatsLeft", 0)))
