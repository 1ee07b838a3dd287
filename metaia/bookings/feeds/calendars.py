"""Bookings as iCalendar (RFC 5545): the bytes of one booking are made once for each of its versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import gevent
from icalendar import Calendar, Event

from metaia.bookings.feeds import zones
from metaia.bookings.queries import Booking
from metaia.core import times

FORMAT = 2  # a part of each ETag: raise it when the bytes of an unchanged booking change
MAX_CACHED_EVENTS = 5_000  # of about 500 bytes
PAUSE_AFTER = 20  # events that are made before other greenlets run: an event takes half a millisecond
REFRESH = timedelta(hours=1)
STATUS = {
    **dict.fromkeys(("held", "pending"), "TENTATIVE"),
    **dict.fromkeys(("declined", "cancelled", "expired"), "CANCELLED"),
}
_END = b"END:VCALENDAR\r\n"
_events: dict[tuple[str, int], bytes] = {}


def document(bookings: Sequence[Booking], *, name: str) -> bytes:
    """Return a calendar with these bookings, and the time zones of its own span."""
    spans: dict[str, list[int]] = {}
    parts = []
    for number, booking in enumerate(bookings):
        known = (booking.id, booking.version) in _events
        if not known and number % PAUSE_AFTER == PAUSE_AFTER - 1:
            gevent.sleep(0)
        parts.append(_event(booking))
        spans.setdefault(booking.time_zone, []).append(booking.starts_at.year)
    defined = [zones.component(zone, min(years), max(years) + 1) for zone, years in sorted(spans.items())]
    return b"".join([_head(name), *defined, *parts, _END])


def _head(name: str) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//METAIA//Bookings//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return bytes(calendar.to_ical()).removesuffix(_END)


def _event(booking: Booking) -> bytes:
    key = (booking.id, booking.version)
    if key not in _events:
        if len(_events) >= MAX_CACHED_EVENTS:
            _events.clear()
        _events[key] = _made(booking)
    return _events[key]


def _made(booking: Booking) -> bytes:
    """Return a VEVENT. It contains no name, note or address of a user: feeds are read by other companies' servers.

    UID never changes. SEQUENCE rises with each version, so with each move and with the cancellation.
    """
    event = Event()
    event.add("uid", f"{booking.id}@metaia")
    event.add("sequence", booking.version - 1)
    event.add("dtstamp", booking.updated_at.replace(microsecond=0))
    event.add("created", booking.created_at.replace(microsecond=0))
    event.add("last-modified", booking.updated_at.replace(microsecond=0))
    event.add("dtstart", _local(booking.starts_at, booking.time_zone))
    event.add("dtend", _local(booking.ends_at, booking.time_zone))
    event.add("summary", booking.service["name"])
    event.add("description", booking.booking_number)
    event.add("status", STATUS.get(booking.status, "CONFIRMED"))
    return bytes(event.to_ical())


def _local(moment: datetime, zone: str) -> datetime:
    place = None if zone in zones.UTC_NAMES else times.zone(zone)
    return moment.astimezone(place or UTC)
