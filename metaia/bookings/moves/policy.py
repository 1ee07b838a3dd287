"""Which moves are possible, which are made at once, and which are proposals. Pure."""

from __future__ import annotations

from datetime import datetime

from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.queries import Booking
from metaia.bookings.services.queries import Service
from metaia.bookings.state import CUSTOMER
from metaia.core.errors import Invalid


def is_at_once(booking: Booking, side: str, moment: datetime) -> bool:
    """Return whether a side moves a booking without an answer of the other one.

    So does the customer, of anything that is still pending, and of an `instant` service while the booking can be
    cancelled. A booking without an account has no customer that could answer.
    """
    if booking.customer_id is None:
        return True
    if side != CUSTOMER:
        return False
    instant = booking.service["confirmation"] == "instant" and moment < booking.locked_from
    return booking.status == "pending" or instant


def require_active(booking: Booking, service: Service, calendar: Calendar, *, freely: bool) -> None:
    """Raise Invalid (`outside_hours`) if a calendar or a service takes no more bookings.

    With `freely`, which partners have, a booking still moves within its calendar.
    """
    if freely and calendar.id == booking.calendar_id:
        return
    if not calendar.active:
        details = {"calendarId": ["Not an active calendar."]}
        raise Invalid("The calendar is not open.", code="outside_hours", details=details)
    if not freely and not service.active:
        raise Invalid(details={"serviceId": ["Not an active service."]})
