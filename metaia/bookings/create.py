"""Making a booking: a time is taken, and a booking of it is written, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app

from metaia.bookings import policy, terms
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.customers import service as customers
from metaia.bookings.limits import queries as limit_queries
from metaia.bookings.limits import service as limits
from metaia.bookings.limits.queries import Load
from metaia.bookings.payment import state as payment_state
from metaia.bookings.placing import service as placing
from metaia.bookings.queries import Booking
from metaia.bookings.services import queries as service_queries
from metaia.bookings.services.queries import Service
from metaia.bookings.timeline import service as timeline
from metaia.core import db, money
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Invalid, TooMany
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.finance import days
from metaia.finance.commission import service as commission

COPIED = (
    "name", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "capacity", "price", "currency",
    "confirmation", "payment", "free_until_minutes", "fee_percent", "locked_until_minutes", "reminders",
)  # fmt: skip


def create(actor: Actor, given: Json) -> tuple[Booking, list[str]]:
    """Book a service for `actor`, or for the customer that a partner or admin names; return it with warnings.

    Raises Forbidden, Invalid, TooMany (`limit_reached`) and Conflict (`slot_taken`, `session_full`, `already_booked`).
    """
    service = service_queries.bookable(given["service_id"])
    if service is None:
        raise Invalid(details={"serviceId": ["Not an active service."]})
    if not policy.may_create(actor, service.partner_id):
        raise Forbidden("You book as a customer, or for customers of your own services.")
    customer_id, info = customers.named(actor, given)
    own = customer_id == actor.id
    others = placing.with_alternatives(service, given["starts_at"], given["seats"])
    with others, db.transaction():
        taken = _take(service, given, customer_id, freely=not own)
        booking = _booking(service, taken, given, customer_id, info, own=own)
        if booking.awaits_payment:
            limits.require_hold(taken.load)
        if not timeline.create(booking, actor):
            raise Conflict("You have a seat of this session already.", code="already_booked")
        return booking, ["overlaps_own"] if taken.load.overlaps else []


def offer(
    customer_id: str, service: Service, starts_at: datetime, seats: int, until: datetime
) -> Booking | None:
    """Hold a free time for a customer until a moment; return the booking, None if that is not possible.

    The customer pays or confirms it, or it expires.
    """
    given: Json = {"starts_at": starts_at, "calendar_id": None, "seats": seats, "held_until": until}
    try:
        with db.transaction(), db.savepoint():
            taken = _take(service, given, customer_id, freely=False)
            booking = _booking(service, taken, given, customer_id, customers.account(customer_id), own=True)
            limits.require_no_seat(customer_id, booking.block_id)
            timeline.create(booking, None, "offer")
            return booking
    except (Conflict, Invalid, TooMany):
        return None


class _Taken(NamedTuple):
    """The time that a booking takes, its number, and what its customer has booked already."""

    calendar: Calendar
    block_id: str
    number: str
    load: Load


def _take(service: Service, given: Json, customer_id: str | None, *, freely: bool) -> _Taken:
    """Take a time for a customer. From now on no other transaction books for them or in these calendars.

    Raises TooMany, and as `placing.take` does.
    """
    starts_at = given["starts_at"]
    wanted = placing.candidates(service, given["calendar_id"])
    number = limit_queries.lock(customer_id)
    calendars = [each for each in calendar_queries.lock(wanted) if each.active]
    facts = placing.read(service, calendars, starts_at, customer_id)
    limits.require_room(facts.load)
    if customer_id is not None:
        for day in {placing.local_start(starts_at, each.time_zone)[:10] for each in calendars}:
            limits.require_day(customer_id, service.id, day, service.max_per_customer_per_day)
    place = placing.take(service, calendars, facts, starts_at, given["seats"], freely=freely)
    return _Taken(*place, number, facts.load)


def _booking(
    service: Service, taken: _Taken, given: Json, customer_id: str | None, info: Json, *, own: bool
) -> Booking:
    starts_at, moment = given["starts_at"], now()
    price = service.price * given["seats"]
    if price > money.MAX_MINOR:
        raise Invalid(details={"seats": ["Their price is too high."]})
    payable = _payable(service, price) if own else 0  # what others book is paid at the place
    return Booking(
        id=new_id(),
        booking_number=taken.number,
        customer_id=customer_id,
        partner_id=service.partner_id,
        service_id=service.id,
        service={name: getattr(service, name) for name in COPIED},
        block_id=taken.block_id,
        seats=given["seats"],
        notes=given.get("notes"),
        customer_info=info,
        price=price,
        currency=service.currency,
        version=1,
        created_at=moment,
        updated_at=moment,
        **_times(service, taken.calendar, starts_at),
        **_money(service, payable, moment),
        **_first_status(service, given, moment, payable, own=own),
    )


def _times(service: Service, calendar: Calendar, starts_at: datetime) -> dict[str, Any]:
    free_until, locked_from = terms.deadlines(
        starts_at, service.free_until_minutes, service.locked_until_minutes
    )
    return {
        "calendar_id": calendar.id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=service.duration_minutes),
        "time_zone": calendar.time_zone,
        "local_start": placing.local_start(starts_at, calendar.time_zone),
        "free_until": free_until,
        "locked_from": locked_from,
    }


def _money(service: Service, payable: int, moment: datetime) -> dict[str, Any]:
    payment = payment_state.first(payable)
    rate = commission.basis_points(service.partner_id, days.of(moment)) if payable else None
    return {"payable": payable, "payment": payment and payment.as_dict(), "commission_bps": rate}


def _payable(service: Service, price: int) -> int:
    """Return what is to be paid before the booking stands, in minor units."""
    if service.payment == "none":
        return 0
    return (
        price
        if service.payment == "full"
        else money.part(price, service.deposit_percent or 0, service.currency)
    )


def _first_status(
    service: Service, given: Json, moment: datetime, payable: int, *, own: bool
) -> dict[str, Any]:
    """Return the status of a new booking and its deadline. A partner that books has confirmed it by doing so."""
    if payable or "held_until" in given:
        minutes = timedelta(minutes=current_app.config["BOOKING_HOLD_MINUTES"])
        return {"status": "held", "held_until": given.get("held_until", moment + minutes)}
    if own and service.confirmation == "request":
        hours = current_app.config["BOOKING_ANSWER_HOURS"]
        return {"status": "pending", "answer_by": terms.answer_by(given["starts_at"], moment, hours)}
    return {"status": "confirmed"}
