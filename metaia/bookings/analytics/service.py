"""Figures about bookings: counts, rates, lead times, and how much of the open time was booked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from metaia.bookings.analytics import queries
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.policy import BOOKINGS_READ
from metaia.bookings.state import TAKING
from metaia.core import times
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import Forbidden
from metaia.core.json import Json

DUE = ("completed", "no_show")  # that should have taken place, and did or did not


def figures(actor: Actor, query: Json) -> Json:
    """Return the figures of a partner's bookings; staff name a partner, or get those of all. Raises Forbidden."""
    partner_id = _partner(actor, query["partner_id"])
    first, last = query["from_"], query["to"]
    wanted = queries.conditions(first, last, partner_id, query["service_id"])
    rows, leads = queries.counts(wanted), queries.leads(wanted)
    by_service: dict[str, list[AnyRow]] = {}
    for row in rows:
        by_service.setdefault(row.service_id, []).append(row)
    services = [
        {"serviceId": service_id, "name": found[-1].name, **_summed(found, leads.get(service_id))}
        for service_id, found in by_service.items()
    ]
    return {
        "total": _summed(rows, leads.get(None)),
        "services": sorted(services, key=lambda each: -each["bookings"])[: queries.MOST_SERVICES],
        "calendars": _utilisation(partner_id, first, last) if partner_id else [],
    }


def _partner(actor: Actor, wanted: str | None) -> str | None:
    if actor.may(BOOKINGS_READ):
        return wanted
    if not actor.is_partner or wanted not in {None, actor.id}:
        raise Forbidden("These figures are for the partner and for staff.")
    return actor.id


def _summed(rows: Iterable[AnyRow], lead: float | None) -> Json:
    counts, seats = Counter[str](), 0
    for row in rows:
        counts[row.status] += row.bookings
        seats += row.seats if row.status in TAKING else 0
    return {
        "bookings": counts.total(),
        "byStatus": dict(counts),
        "seats": seats,
        "noShowRate": _rate(counts["no_show"], sum(counts[status] for status in DUE)),
        "cancellationRate": _rate(counts["cancelled"], counts.total()),
        "medianLeadMinutes": lead,
    }


def _utilisation(partner_id: str, first: datetime, last: datetime) -> list[Json]:
    calendars = calendar_queries.of_partner(partner_id)
    booked = queries.booked([each.no for each in calendars], first, last)
    return [_of_calendar(each, booked.get(each.no, 0), first, last) for each in calendars]


def _of_calendar(calendar: Calendar, booked: int, first: datetime, last: datetime) -> Json:
    opened = _open_minutes(calendar, first, last)
    return {
        "calendarId": calendar.id,
        "name": calendar.name,
        "openMinutes": opened,
        "bookedMinutes": booked,
        "utilisation": _rate(booked, opened),
    }


def _open_minutes(calendar: Calendar, first: datetime, last: datetime) -> int:
    """Return the open minutes of a calendar; the dates of its zone may be a day off those of UTC."""
    day = timedelta(days=1)
    begin, end = times.minutes(first), times.minutes(last)
    intervals = calendar_queries.intervals(calendar, (first - day).date(), (last + day).date())
    return sum(max(0, min(closes, end) - max(opens, begin)) for opens, closes in intervals)


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
