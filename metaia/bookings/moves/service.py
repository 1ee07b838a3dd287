"""Moving a booking: at once, or as a proposal that takes both times until the other side answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from metaia.bookings import policy, terms
from metaia.bookings.blocks import queries as block_queries
from metaia.bookings.blocks import service as blocks
from metaia.bookings.calendars import queries as calendar_queries
from metaia.bookings.ending import service as ending
from metaia.bookings.ending.service import NO_PROPOSAL
from metaia.bookings.limits import service as limits
from metaia.bookings.moves.policy import is_at_once, require_active
from metaia.bookings.placing import service as placing
from metaia.bookings.queries import Booking
from metaia.bookings.services.queries import Service
from metaia.bookings.state import CUSTOMER
from metaia.bookings.timeline import service as timeline
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Invalid
from metaia.core.json import Json
from metaia.core.times import now


def move(actor: Actor, before: Booking, given: Json) -> Booking:
    """Move a booking to another time, or propose that time. It is row-locked with both calendars.

    Raises Conflict (`slot_taken`, `session_full`, `already_booked`), Invalid, and TooMany (`limit_reached`).
    """
    side = policy.side(policy.parties(actor, before))
    starts_at, calendar_id = given["starts_at"], given["calendar_id"] or before.calendar_id
    if (starts_at, calendar_id) == (before.starts_at, before.calendar_id):
        raise Invalid(details={"startsAt": ["The booking is at this time already."]})
    service = placing.service_of(before)
    at_once = is_at_once(before, side, now())
    if side == CUSTOMER:
        limits.require_move(before.moves)
    ending.free_proposal(before)
    if at_once:
        ending.free_own(before)
    target = _Target(service, calendar_id, starts_at, freely=side != CUSTOMER, at_once=at_once)
    changes = _placed(before, target) | ({"moves": before.moves + 1} if side == CUSTOMER else {})
    if not at_once:
        proposed = _proposal(before, changes, side, given.get("message"))
        return timeline.change(before, "propose-move", proposed, actor, message=given.get("message"))
    return timeline.change(before, "move", moved(before, changes, side), actor, message=given.get("message"))


def accept(actor: Actor, before: Booking, message: str | None) -> Booking:
    """Move a booking to the proposed time. Raises Conflict (`no_proposal`, `too_late`, `already_booked`)."""
    proposed = _require_proposal(actor, before)
    terms.require_in_time(before.proposal_answer_by, now())
    if proposed["block_id"] != before.block_id:
        limits.require_no_seat(before.customer_id, proposed["block_id"])
    ending.free_own(before)
    taken = block_queries.get(proposed["block_id"])
    if taken is not None and not taken.taken:  # the times overlap
        blocks.replace(taken.id, before.seats)
    at_new_time = moved(before, proposed, before.proposed_by)
    return timeline.change(before, "accept-move", at_new_time, actor, message=message)


def decline(actor: Actor, before: Booking, message: str | None) -> Booking:
    """Free the proposed time: the booking stays where it is. Raises Conflict (`no_proposal`)."""
    _require_proposal(actor, before)
    ending.free_proposal(before)
    return timeline.change(before, "decline-move", NO_PROPOSAL, actor, message=message)


def moved(before: Booking, placed: dict[str, Any], wanted_by: str | None) -> dict[str, Any]:
    """Return the fields of a booking at its new time; one that waits for an answer gets a new deadline for it."""
    moment, rules = now(), before.service
    free_until, locked_from = terms.deadlines(
        placed["starts_at"], rules["free_until_minutes"], rules["locked_until_minutes"]
    )
    if wanted_by == CUSTOMER:
        free_until = terms.moved_free_until(before.free_until, free_until, moment)
    hours = current_app.config["BOOKING_ANSWER_HOURS"]
    pending = before.status == "pending"
    return {
        **NO_PROPOSAL,
        **placed,
        "free_until": free_until,
        "locked_from": locked_from,
        "answer_by": terms.answer_by(placed["starts_at"], moment, hours) if pending else None,
    }


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a booking moves to."""

    service: Service
    calendar_id: str
    starts_at: datetime
    freely: bool
    at_once: bool


def _placed(before: Booking, target: _Target) -> dict[str, Any]:
    """Take a time; return what names it. Raises as `placing.place` does."""
    service, starts_at = target.service, target.starts_at
    if target.calendar_id != before.calendar_id:
        placing.candidates(service, target.calendar_id)
    [calendar] = calendar_queries.by_ids([target.calendar_id])
    require_active(before, service, calendar, freely=target.freely)
    _require_day(before, placing.local_start(starts_at, calendar.time_zone)[:10], service)
    with placing.with_alternatives(service, starts_at, before.seats):
        if target.at_once:
            place = placing.place(service, [calendar], starts_at, before.seats, freely=target.freely)
        else:
            place = placing.place_over(before, service, calendar, starts_at, freely=target.freely)
    calendar, block_id = place
    if block_id != before.block_id:
        limits.require_no_seat(before.customer_id, block_id)
    return {
        "block_id": block_id,
        "calendar_id": calendar.id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=service.duration_minutes),
        "time_zone": calendar.time_zone,
        "local_start": placing.local_start(starts_at, calendar.time_zone),
    }


def _require_day(booking: Booking, day: str, service: Service) -> None:
    if booking.customer_id is not None:
        most = service.max_per_customer_per_day
        limits.require_day(booking.customer_id, service.id, day, most, but=booking.id)


def _proposal(before: Booking, placed: dict[str, Any], side: str, message: str | None) -> dict[str, Any]:
    first = min(before.starts_at, placed["starts_at"])
    return {
        "proposed_block_id": placed["block_id"],
        "proposed_calendar_id": placed["calendar_id"],
        "proposed_starts_at": placed["starts_at"],
        "proposed_ends_at": placed["ends_at"],
        "proposed_by": side,
        "proposal_message": message,
        "proposal_answer_by": terms.answer_by(first, now(), current_app.config["BOOKING_ANSWER_HOURS"]),
        "moves": placed.get("moves", before.moves),
    }


def _require_proposal(actor: Actor, booking: Booking) -> dict[str, Any]:
    """Return what names the proposed time. Raises Conflict unless the other side has proposed one."""
    side = policy.side(policy.parties(actor, booking))
    if (
        booking.proposed_calendar_id is None
        or booking.proposed_starts_at is None
        or booking.proposed_by == side
    ):
        raise Conflict("The other side has proposed no time.", code="no_proposal")
    [calendar] = calendar_queries.by_ids([booking.proposed_calendar_id])
    return {
        "block_id": booking.proposed_block_id,
        "calendar_id": booking.proposed_calendar_id,
        "starts_at": booking.proposed_starts_at,
        "ends_at": booking.proposed_ends_at,
        "time_zone": calendar.time_zone,
        "local_start": placing.local_start(booking.proposed_starts_at, calendar.time_zone),
    }
