"""Partners with a calendar that is open, and services: what free times are read of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import requests
from sqlalchemy import func, insert

from metaia.bookings.blocks.models import BookingBlockRow
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars import service as calendar_service
from metaia.bookings.services import queries as service_queries
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from tests.support.people import Person, World

KOLKATA = "Asia/Kolkata"  # +05:30, without summer time
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def soon(days: int = 10) -> date:
    """Return a date to come."""
    return now().date() + timedelta(days=days)


def hours(*pairs: str) -> list[dict[str, str]]:
    """Return `09:00-12:00` as clients send it."""
    return [dict(zip(("from", "to"), pair.split("-"), strict=True)) for pair in pairs]


class Place:
    """A partner whose first calendar is open each day."""

    def __init__(self, world: World, *pairs: str, zone: str = KOLKATA) -> None:
        self.world, self.partner = world, world.person("tailor")
        [calendar] = self.partner.get("/api/calendars").json()["data"]["calendars"]
        self.calendar_id: str = calendar["id"]
        self.zone = zone
        if pairs:
            self.open(*pairs)

    def open(self, *pairs: str, **body: Any) -> Json:
        """Set the hours of each weekday, and return the answer's data."""
        week = dict.fromkeys(WEEKDAYS, hours(*pairs))
        given = {"calendarId": self.calendar_id, "weekly": week, "timeZone": self.zone} | body
        return _data(self.partner.put("/api/availability/weekly", given))

    def service(self, by: Person | None = None, **body: Any) -> Json:
        """Offer a service without notice, and return it."""
        given = {"name": "Cut", "durationMinutes": 60, "price": 500, "stepMinutes": 60, "minNoticeMinutes": 0}
        answer = (by or self.partner).post("/api/services", given | body)
        assert answer.status_code == 201, answer.text
        return _data(answer)["service"]

    def ask(
        self, first: date, last: date | None = None, *, by: Person | None = None, **query: Any
    ) -> requests.Response:
        """Ask for free times."""
        given = {"from": first.isoformat(), "to": (last or first).isoformat()} | query
        given = (
            {"partnerId": self.partner.id} | given
            if not query.keys() & {"calendarId", "serviceId"}
            else given
        )
        path = "/api/bookings/slots?" + "&".join(f"{name}={value}" for name, value in given.items())
        return by.get(path) if by else self.world.call("GET", path)

    def times(self, service: Json, day: date, **query: Any) -> list[str]:
        """Return the free starts of a service on a date, as `09:00`."""
        data = _data(self.ask(day, serviceId=service["id"], format="starts", **query))
        return [start[11:16] for start in data["slots"][service["id"]].get(day.isoformat(), [])]

    def block(self, service: Json, starts_at: datetime, seats: int = 1) -> str:
        """Take seats of a service from the calendar, as a booking would; return the id of the block."""
        block_id = new_id()
        found, calendar = service_queries.get(service["id"]), calendar_queries.get(self.calendar_id)
        assert found is not None
        assert calendar is not None
        ends_at = starts_at + timedelta(minutes=found.duration_minutes)
        begin = starts_at - timedelta(minutes=found.buffer_before_minutes)
        end = ends_at + timedelta(minutes=found.buffer_after_minutes)
        values: Json = {"id": block_id, "calendar_no": calendar.no, "service_id": found.id, "taken": seats}
        values |= {"starts_at": starts_at, "ends_at": ends_at, "capacity": found.capacity}
        with db.transaction():
            db.execute(insert(BookingBlockRow).values(**values, during=func.tstzrange(begin, end, "[)")))
            calendar_service.changed([calendar.id], (begin, end))
        return block_id

    def booking(self, service: Json, customer: Person, starts_at: datetime, seats: int = 1) -> str:
        """Book a service for a customer; return the id of the booking."""
        given = {"serviceId": service["id"], "startsAt": starts_at.isoformat(), "seats": seats}
        booking: Json = _data(customer.post("/api/bookings", given))["booking"]
        return str(booking["id"])


def _data(answer: requests.Response) -> Json:
    assert answer.ok, answer.text
    data: Json = answer.json()["data"]
    return data
