"""Changes of bookings. Each change takes one path: read, policy, row-locks, transition, write, publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metaia.bookings import locks, policy, presenters, queries, recipients, terms
from metaia.bookings.attending import service as attending
from metaia.bookings.ending import service as ending
from metaia.bookings.money import service as money
from metaia.bookings.moves import service as moves
from metaia.bookings.queries import Booking
from metaia.bookings.state import CUSTOMER, MACHINE, SYSTEM
from metaia.bookings.terms import Cancellation
from metaia.bookings.timeline import queries as timeline_queries
from metaia.bookings.timeline import service as timeline
from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.json import Json
from metaia.core.state_machine import Transition
from metaia.core.times import now, rfc3339


def act(
    actor: Actor, booking_id: str, action: str, given: Json, *, version: versions.Expected = None
) -> Booking:
    """Do `action` to a booking with the body `given`; return the booking after it.

    Raises NotFound, Forbidden (never this actor's to do), Conflict (stale version, not from this status, a time that is
    taken, too late or too early), TooMany and Invalid.
    """
    with db.transaction():
        known = read(actor, booking_id)
        booking = locks.booking(known, given.get("calendar_id"))
        parties = policy.parties(actor, booking)
        transition = MACHINE.require(
            booking, action, parties, version, lambda: presenters.conflict(booking, actor)
        )
        after = ACTIONS[action](actor, booking, transition, given)
        _audit(actor, booking, action, after)
        return after


def set_status(
    actor: Actor, booking_id: str, target: str, given: Json, *, version: versions.Expected = None
) -> Booking:
    """Bring a booking into the status `target` by the action that leads there. Raises as `act` does."""
    booking = read(actor, booking_id)
    transition = MACHINE.towards(booking.status, target, policy.parties(actor, booking))
    if transition is None or transition.by == {SYSTEM}:
        versions.require(version, booking.version, MACHINE.noun, lambda: presenters.conflict(booking, actor))
        raise MACHINE.conflict(booking, f"become {target}", presenters.conflict(booking, actor))
    return act(actor, booking_id, transition.action, given, version=version)


def read(actor: Actor, booking_id: str) -> Booking:
    """Return a booking that `actor` takes part in. Raises NotFound or Forbidden."""
    booking = queries.get(booking_id)
    if booking is None:
        raise NotFound("There is no such booking.")
    if not policy.may_see(actor, booking):
        raise Forbidden("This booking is not yours.")
    return booking


def read_timeline(actor: Actor, booking_id: str) -> tuple[Booking, list[AnyRow]]:
    """Return a booking and its steps. Raises NotFound or Forbidden."""
    return read(actor, booking_id), timeline_queries.steps(booking_id)


def cancellation(actor: Actor, booking_id: str) -> tuple[Booking, Cancellation]:
    """Return a booking and what its cancellation by `actor` would cost now. Raises NotFound or Forbidden."""
    booking = read(actor, booking_id)
    if "cancel" not in policy.allowed(actor, booking, booking.status):
        return booking, Cancellation(False, 0, 0)
    return booking, _cost(actor, booking)


def _confirm(actor: Actor, booking: Booking, transition: Transition, given: Json) -> Booking:
    if booking.status == "held":
        return _take_offer(actor, booking)
    terms.require_in_time(booking.answer_by, now())
    changes = {"status": transition.target, "answer_by": None, **_message(given)}
    return timeline.change(booking, transition.action, changes, actor, message=given.get("message"))


def _take_offer(actor: Actor, booking: Booking) -> Booking:
    """Let a customer take a time that was offered to the waiting list. Raises Conflict."""
    if booking.awaits_payment:
        raise MACHINE.conflict(booking, "confirm", presenters.conflict(booking, actor))
    if booking.held_until is None or booking.held_until <= now():
        raise Conflict("The time is not kept any more.", code="hold_expired")
    return timeline.change(booking, "confirm", timeline.standing(booking), actor)


def _decline(actor: Actor, booking: Booking, _: Transition, given: Json) -> Booking:
    changes = {"decline_reason": given.get("reason") or "other", **_message(given)}
    return ending.end(booking, "decline", changes, actor, message=given.get("message"))


def _cancel(actor: Actor, booking: Booking, _: Transition, given: Json) -> Booking:
    cost = _cost(actor, booking)
    if not cost.allowed:
        raise _too_late(booking)
    reason = given.get("reason") or given.get("message")
    by = policy.side(policy.parties(actor, booking))
    changes = {"cancel_reason": reason, "cancelled_by": by, "fee": cost.fee}
    return ending.end(booking, "cancel", changes, actor, message=given.get("message") or reason)


def _move(actor: Actor, booking: Booking, _: Transition, given: Json) -> Booking:
    return moves.move(actor, booking, given)


def _accept_move(actor: Actor, booking: Booking, _: Transition, given: Json) -> Booking:
    return moves.accept(actor, booking, given.get("message"))


def _decline_move(actor: Actor, booking: Booking, _: Transition, given: Json) -> Booking:
    return moves.decline(actor, booking, given.get("message"))


ACTIONS: Mapping[str, Callable[[Actor, Booking, Transition, Json], Booking]] = {
    "confirm": _confirm,
    "decline": _decline,
    "cancel": _cancel,
    "move": _move,
    "accept-move": _accept_move,
    "decline-move": _decline_move,
    "check-in": attending.check_in,
    "complete": attending.complete,
    "no-show": attending.no_show,
    "reopen": attending.reopen,
}


def _cost(actor: Actor, booking: Booking) -> Cancellation:
    by_customer = policy.parties(actor, booking) == {CUSTOMER}
    paid = 0 if booking.payment is None else money.refundable(booking)
    return terms.cancellation(booking, paid, now(), by_customer=by_customer)


def _too_late(booking: Booking) -> Conflict:
    details = {"lockedFrom": rfc3339(booking.locked_from)}
    return Conflict("It is too late to cancel this booking.", code="too_late", details=details)


def _message(given: Json) -> Json:
    return {"message": given["message"]} if given.get("message") else {}


def _audit(actor: Actor, before: Booking, action: str, after: Booking) -> None:
    """Record in the audit log if staff acts on a booking of others."""
    if not policy.is_privileged(actor, before):
        return
    audit_log.record(
        f"booking.{action}",
        subject=recipients.room(before.id),
        before={"status": before.status, "version": before.version, "startsAt": rfc3339(before.starts_at)},
        after={"status": after.status, "startsAt": rfc3339(after.starts_at)},
        user=(actor.id, actor.role),
    )
