"""The money of bookings that end, in the transaction that has row-locked the booking and written its end.

Row-locks are taken in the order payments, calendars, booking, accounts.
"""

from __future__ import annotations

from metaia.bookings import queries
from metaia.bookings.locks import TYPE
from metaia.bookings.money import purpose
from metaia.bookings.queries import Booking
from metaia.payments import service as payment_service
from metaia.payments.asking import service as asking
from metaia.payments.giving_back import service as giving_back
from metaia.payments.refunds.queries import Refund

ENDED, PAID_TWICE = "booking_ended", "duplicate"  # reasons of refunds


def settle(booking: Booking) -> Booking:
    """Let a booking that has ended take no further payment; refund what was paid but its fee."""
    if booking.payment is None:
        return booking
    asking.close_all(TYPE, booking.id)
    _refund(booking, ENDED)
    return earn(booking)


def earn(booking: Booking) -> Booking:
    """Book what a booking has earned; return it as it is then."""
    if booking.payment is None:
        return booking
    if booking.earned_at is not None:
        payment_service.follow(TYPE, booking.id)
    return queries.get(booking.id) or booking


def unclaimed(booking: Booking) -> int:
    """Return what was paid for a booking, in minor units, belongs to its customer and waits for nothing.

    A failed refund waits for its retry, and a payment with an open dispute for its decision. Payments are row-locked.
    """
    claims = {"cancelled": booking.fee or 0, "declined": 0, "expired": 0}
    return max(0, refundable(booking) - claims.get(booking.status, booking.payable))


def give_back(booking: Booking) -> int:
    """Refund what was paid for a booking too late or twice; return the number of refunds. It is row-locked."""
    if booking.status == "held":
        return 0
    reason = ENDED if booking.status in {"cancelled", "declined", "expired"} else PAID_TWICE
    return len(_refund(booking, reason))


def refundable(booking: Booking) -> int:
    """Return what could be refunded of a booking now, in minor units: no failed refund or open dispute waits for it."""
    return giving_back.held(purpose.of(booking))


def _refund(booking: Booking, reason: str) -> list[Refund]:
    most, currency = unclaimed(booking), booking.currency
    return giving_back.refund_all(TYPE, booking.id, reason, at_most=most, currency=currency)
