"""Offering a free time to the customer that waits longest: a hold, which the customer confirms or pays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from metaia.bookings import create as creating
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.notices import publish as notices
from metaia.bookings.services import queries as service_queries
from metaia.bookings.services.queries import Service
from metaia.bookings.slots import service as slots
from metaia.bookings.waiting import queries
from metaia.bookings.waiting.models import BookingWaitRow
from metaia.bookings.waiting.policy import HOLD
from metaia.bookings.waiting.queries import OFFERED, Wait
from metaia.core import db
from metaia.core.times import now

BATCH = 100
NOTICE = "booking_offered"


def offer_all(calendar_id: str | None) -> int:
    """Offer the free times of a calendar, or of all, to those that wait, the oldest entry first; return how many."""
    return sum(offer(wait_id) for wait_id in queries.waiting(now(), BATCH, calendar_id=calendar_id))


def offer(wait_id: str) -> bool:
    """Hold the first free time that an entry wishes, and notify its customer; return False if there is none."""
    with db.transaction():
        wait = queries.lock(wait_id)
        service = service_queries.bookable(wait.service_id) if wait else None
        if wait is None or service is None:
            return False
        starts_at = _first_free(service, wait)
        if starts_at is None:
            return False
        booking = creating.offer(wait.customer_id, service, starts_at, wait.seats, now() + HOLD)
        if booking is None:  # taken at this moment, or the customer has as many bookings as one may have
            return False
        values = {"state": OFFERED, "offered_booking_id": booking.id, "updated_at": now()}
        db.execute(update(BookingWaitRow).where(BookingWaitRow.id == wait.id).values(**values))
        notices.notify(wait.customer_id, NOTICE, booking, expires_at=booking.held_until)
        return True


def _first_free(service: Service, wait: Wait) -> datetime | None:
    """Return the first free start that an entry wishes."""
    calendars = calendar_queries.of_service(service.id)
    found = slots.alternatives(service, calendars, max(wait.starts_from, now()), 1, seats=wait.seats)
    starts = (datetime.fromisoformat(each["startsAt"]) for each in found)
    return next((at for at in starts if wait.starts_from <= at < wait.starts_to), None)
