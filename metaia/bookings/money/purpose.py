"""A booking as the purpose of payments: what can be paid for it, and the terms by which its money is booked. Pure."""

from __future__ import annotations

from metaia.bookings.locks import TYPE
from metaia.bookings.queries import Booking
from metaia.bookings.recipients import room
from metaia.payments.booking.terms import Terms
from metaia.payments.purposes.registry import Purpose


def of(booking: Booking) -> Purpose:
    """Return a booking as the purpose of payments; only its customer pays it."""
    return Purpose(
        type=TYPE,
        id=booking.id,
        payer_id=booking.customer_id,
        partner_id=booking.partner_id,
        order_id=None,
        deal_id=booking.id,
        payable=int(booking.payment["due"]) if booking.status == "held" and booking.payment else 0,
        currency=booking.currency,
        description=f"Booking {booking.booking_number}",
        terms=_terms(booking),
    )


def _terms(booking: Booking) -> Terms:
    """Return what is booked: a booking earns what was to be paid for it, a cancelled one its fee."""
    return Terms(
        purpose=room(booking.id),
        total=(booking.fee or 0) if booking.status == "cancelled" else booking.payable,
        currency=booking.currency,
        commission_bps=booking.commission_bps or 0,
        partner=booking.partner_id,
        completed_at=booking.earned_at,
    )
