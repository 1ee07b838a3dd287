"""The money of bookings that end, in the transaction that has row-locked the booking and written its end.

Row-locks are taken in the order payments, calendars, booking, accounts.
"""

from __future__ import annotations

from metaia.bookings import queries
from metaia.bookings.locks import TYPE
from metaia.bookings.queries import Booking
from metaia.payments import service as payment_service
from metaia.payments.asking import service as asking
from metaia.payments.giving_back import service as giving_back

ENDED, PAID_TWICE = "booking_ended", "duplicate"  # reasons of refunds


def settle(booking: Booking) -> Booking:
    """Let a booking that has ended take no further payment; refund what was paid but its fee."""
    if booking.payment is None:
        return booking
    asking.close_all(TYPE, booking.id)
    giving_back.refund_all(TYPE, booking.id, ENDED, at_most=unclaimed(booking))
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
    held = giving_back.held(TYPE, booking.id)
    return max(0, held - claims.get(booking.status, booking.payable))


def give_back(booking: Booking) -> int:
    """Refund what was paid for a booking too late or twice; return the number of refunds. It is row-locked."""
    if booking.status == "held":
        return 0
    reason = ENDED if booking.status in {"cancelled", "declined", "expired"} else PAID_TWICE
    return len(giving_back.refund_all(TYPE, booking.id, reason, at_most=unclaimed(booking)))
