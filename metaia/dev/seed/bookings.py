"""Demo data of bookings: a clinic with three services, two calendars, and a week of bookings."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from metaia.bookings import service as booking_service
from metaia.bookings.availability import service as availability
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars import service as calendars
from metaia.bookings.create import create as book
from metaia.bookings.queries import Booking
from metaia.bookings.schemas import Book
from metaia.bookings.services import service as services
from metaia.bookings.services.queries import Service
from metaia.bookings.services.schemas import CreateService
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.dev.flushing import flush

ZONE = "Asia/Kolkata"
HOURS = [{"from": "09:00", "to": "13:00"}, {"from": "14:00", "to": "18:00"}]
OPEN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
SUNDAY = 6
CLASS: Json = {"capacity": 6}
REQUEST: Json = {
    "confirmation": "request",
    "bufferAfterMinutes": 15,
    "cancellation": {"freeUntilMinutes": 1440, "feePercent": 50, "lockedUntilMinutes": 120},
}
FEE: Json = {"cancellation": {"freeUntilMinutes": 240, "feePercent": 30}}
# Name, minutes, price, the rest, and whether it is done in the second calendar.
SERVICES: tuple[tuple[str, int, int, Json, bool], ...] = (
    ("Check-up", 30, 600, FEE, False),
    ("Wash and trim", 60, 1200, REQUEST, True),
    ("Puppy class", 45, 400, CLASS, False),
)
# Open days from tomorrow on, time, service, login of the customer (none: without account), and what follows.
WEEK: tuple[tuple[int, str, str, str | None, str], ...] = (
    (0, "09:00", "Check-up", "customer", ""),
    (0, "10:00", "Check-up", "customer2", ""),
    (0, "14:00", "Wash and trim", "customer", "confirm"),
    (1, "09:30", "Check-up", None, ""),
    (1, "11:00", "Wash and trim", "customer2", ""),
    (1, "15:00", "Puppy class", "customer", ""),
    (1, "15:00", "Puppy class", "customer2", ""),
    (2, "10:30", "Check-up", "customer2", "propose"),
    (3, "09:00", "Wash and trim", "customer", "decline"),
    (3, "16:00", "Check-up", "customer", "cancel"),
    (4, "12:00", "Check-up", "customer", ""),
    (5, "14:30", "Wash and trim", "customer2", ""),
)


def fill(people: dict[str, Actor]) -> None:
    """Add the clinic's calendars, services and bookings, in the running transaction."""
    clinic = people["vet"]
    offered = _services(clinic)
    for day, clock, name, login, then in WEEK:
        starts_at = datetime.combine(_day(day), time.fromisoformat(clock), ZoneInfo(ZONE))
        body: Json = {"serviceId": offered[name].id, "startsAt": starts_at.isoformat()}
        if login is None:
            body["customerInfo"] = {"name": "Mr. Iyer, by telephone"}
        made, _ = book(people[login] if login else clinic, Book().load(body))
        flush()
        _go_on(made, then, people, clinic)


def _services(clinic: Actor) -> dict[str, Service]:
    [main] = calendar_queries.of_partner(clinic.id)
    calendars.change(clinic, main.id, {"name": "Dr. Rao", "time_zone": ZONE}, None)
    room = calendars.create(clinic, {"partner_id": None, "name": "Grooming", "time_zone": ZONE})
    flush()
    week = dict.fromkeys(OPEN_DAYS, HOURS)
    for calendar_id in (main.id, room.id):
        availability.set_week(clinic, calendar_id, week, ZONE, None)
    found = {}
    for name, minutes, price, more, second in SERVICES:
        body = {"name": name, "durationMinutes": minutes, "price": price, "currency": "INR"} | more
        given: dict[str, Any] = CreateService().load(body | {"calendarIds": [room.id if second else main.id]})
        found[name] = services.create(clinic, given)
        flush()
    return found


def _day(number: int) -> date:
    """Return an open day: 0 is the first one from tomorrow on."""
    day = datetime.now(ZoneInfo(ZONE)).date()
    while True:
        day += timedelta(days=1)
        if day.weekday() != SUNDAY:
            number -= 1
        if number < 0:
            return day


def _go_on(booking: Booking, then: str, people: dict[str, Actor], clinic: Actor) -> None:
    """Do what follows the booking: the clinic answers or proposes another time, the customer cancels."""
    by = next((actor for actor in people.values() if actor.id == booking.customer_id), clinic)
    later = booking.starts_at + timedelta(hours=2)
    steps: dict[str, tuple[Actor, str, Json]] = {
        "confirm": (clinic, "confirm", {}),
        "decline": (clinic, "decline", {"reason": "too_busy"}),
        "propose": (
            clinic,
            "move",
            {"starts_at": later, "calendar_id": None, "message": "Dr. Rao is in surgery."},
        ),
        "cancel": (by, "cancel", {"reason": "He is well again."}),
    }
    if then in steps:
        actor, action, body = steps[then]
        booking_service.act(actor, booking.id, action, body, version=None)
        flush()
