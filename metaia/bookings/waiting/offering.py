"""Offering a free time to the customer that waits longest: a hold, which the customer confirms or pays."""

from __future__ import annotations

from sqlalchemy import update

from metaia.bookings import create as creating
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.notices import publish as notices
from metaia.bookings.queries import Booking
from metaia.bookings.services import queries as service_queries
from metaia.bookings.services.queries import Service
from metaia.bookings.slots import service as slots
from metaia.bookings.waiting import queries
from metaia.bookings.waiting.models import BookingWaitRow
from metaia.bookings.waiting.policy import HOLD
from metaia.bookings.waiting.queries import OFFERED, Wait
from metaia.core import db
from metaia.core.times import now

BATCH = 100  # entries that are read at once
NOTICE = "booking_offered"


def offer_all(calendar_id: str | None) -> int:
    """Offer the free times of a calendar, or of all, to those that wait, the oldest entry first; return how many."""
    count, moment = 0, now()
    found = queries.waiting(moment, BATCH, calendar_id=calendar_id)
    while found:
        count += sum(offer(wait_id) for _, wait_id in found)
        found = queries.waiting(moment, BATCH, calendar_id=calendar_id, after=found[-1])
    return count


def offer(wait_id: str) -> bool:
    """Hold a free time that an entry wishes, and notify its customer; return False if there is none.

    The first time of each date is tried: a date may have as many bookings of the customer as one may have.
    """
    with db.transaction():
        wait = queries.lock(wait_id)
        service = service_queries.bookable(wait.service_id) if wait else None
        if wait is None or service is None:
            return False
        booking = _hold(service, wait)
        if booking is None:
            return False
        values = {"state": OFFERED, "offered_booking_id": booking.id, "updated_at": now()}
        db.execute(update(BookingWaitRow).where(BookingWaitRow.id == wait.id).values(**values))
        notices.notify(wait.customer_id, NOTICE, booking, expires_at=booking.held_until)
        return True


def _hold(service: Service, wait: Wait) -> Booking | None:
    calendars = calendar_queries.of_service(service.id)
    since = max(wait.starts_from, now())
    for starts_at in slots.first_of_dates(service, calendars, since, wait.starts_to, seats=wait.seats):
        booking = creating.offer(wait.customer_id, service, starts_at, wait.seats, now() + HOLD)
        if booking is not None:
            return booking
    return None
