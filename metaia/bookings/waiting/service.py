"""Waiting lists: the customer that waits longest is offered a free time as a hold, then the next one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.bookings.publish import Change
from metaia.bookings.services import queries as service_queries
from metaia.bookings.waiting import queries
from metaia.bookings.waiting.models import BookingWaitRow
from metaia.bookings.waiting.policy import MOST_WAITING
from metaia.bookings.waiting.queries import ENDED, OFFERED, WAITING, Wait
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db.expressions import among
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import registry as job_registry

OFFER = "metaia.bookings.waiting.jobs.offer_freed"
FREES = frozenset({"declined", "cancelled", "expired"})
declare({"already_waiting": "You wait for a time of this service already."})


def create(actor: Actor, given: Json) -> Wait:
    """Let a customer wait for a time. A time that is free already is offered at once.

    Raises Forbidden, Invalid, TooMany (`limit_reached`) and Conflict (`already_waiting`).
    """
    if actor.role != "customer":
        raise Forbidden("Only customers wait for a time.")
    service = service_queries.bookable(given["service_id"])
    if service is None:
        raise Invalid(details={"serviceId": ["Not an active service."]})
    moment = now()
    if given["starts_to"] <= moment:
        raise Invalid("This time has passed.", code="in_the_past")
    if given["seats"] > service.capacity:
        raise Invalid(details={"seats": ["More than a session has."]})
    with db.transaction():
        end_past(actor.id)
        if queries.count_waiting(actor.id) >= MOST_WAITING:
            details = {"limit": "waiting", "most": MOST_WAITING}
            raise TooMany("A limit of bookings is reached.", code="limit_reached", details=details)
        wait_id = _insert(actor.id, given, moment)
        for calendar_id in service.calendar_ids:
            job_registry.enqueue(OFFER, calendar_id=calendar_id)
    return _require(wait_id)


def end(actor: Actor, wait_id: str) -> None:
    """End an entry of the actor. Raises NotFound."""
    row = BookingWaitRow
    mine = (row.id == wait_id, row.customer_id == actor.id, row.state == WAITING)
    with db.transaction():
        if not db.execute(update(row).where(*mine).values(state=ENDED, updated_at=now())).rowcount:
            raise NotFound("You do not wait for this.")


def end_past(customer_id: str | None = None) -> int:
    """End the entries of a customer, or of all, of which the time has passed; return how many.

    They are row-locked in the order of their ids, so that two transactions do not deadlock.
    """
    row, moment = BookingWaitRow, now()
    if ids := queries.lock_past(moment, customer_id):
        db.execute(update(row).where(among(row.id, ids)).values(state=ENDED, updated_at=moment))
    return len(ids)


def follow(change: Change) -> None:
    """End the entry with the offer that a change answers; offer the time that it frees. Both in the transaction."""
    before, after = change.before, change.after
    if before is None:
        return
    if before.status == "held" != after.status:
        row = BookingWaitRow
        mine = (
            row.customer_id == before.customer_id,
            row.offered_booking_id == before.id,
            row.state == OFFERED,
        )
        db.execute(update(row).where(*mine).values(state=ENDED, updated_at=now()))
    freed = {before.calendar_id} if _left(change) else set()
    if before.proposed_block_id not in {None, after.block_id, after.proposed_block_id}:
        freed.add(before.proposed_calendar_id or before.calendar_id)
    if freed and queries.is_awaited(freed):
        for calendar_id in sorted(freed):
            job_registry.enqueue(OFFER, calendar_id=calendar_id)


def _left(change: Change) -> bool:
    before, after = change.before, change.after
    return before is not None and (after.status in FREES or before.block_id != after.block_id)


def _insert(customer_id: str, given: Json, moment: datetime) -> str:
    row = insert(BookingWaitRow).values(
        **given, id=new_id(), customer_id=customer_id, state=WAITING, created_at=moment, updated_at=moment
    )
    made = db.execute(row.on_conflict_do_nothing().returning(BookingWaitRow.id)).first()
    if made is None:
        raise Conflict("You wait for a time of this service already.", code="already_waiting")
    return str(made.id)


def _require(wait_id: str) -> Wait:
    found = queries.get(wait_id)
    if found is None:
        raise NotFound("There is no such entry.")
    return found
