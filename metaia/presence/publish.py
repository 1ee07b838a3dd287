"""Who is told when somebody comes, goes or is busy. Emitted, never logged: nothing durable depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog
from marshmallow import fields, validate

from metaia.core import db
from metaia.core.access.actor import PARTNERS
from metaia.core.http.fields import Schema
from metaia.extensions import socketio
from metaia.realtime.catalogue import Passing, declare_passing

STAFF_ROOMS = ["admin-room", "super_admin-room", "support-room"]
logger = structlog.get_logger(__name__)


class StatusChange(Schema):
    """`user:status_change`."""

    user_id = fields.UUID(required=True)
    role = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["online", "offline"]))


class PartnerStatus(Schema):
    """`tailor_status_update`."""

    partner_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["online", "offline", "busy"]))


declare_passing(
    Passing("user:status_change", StatusChange, "Somebody came or went.", "staff"),
    Passing(
        "tailor_status_update",
        PartnerStatus,
        "A partner came, went, is busy or no longer busy.",
        "customers (once they join partners' rooms: of those, and of orders they wait for), the partner, and staff",
    ),
)


def shown(who: str, status: str) -> dict[str, str]:
    """Return somebody's presence as clients see it."""
    role, _, user_id = who.partition(" ")
    return {"userId": user_id, "role": role, "status": status}


EVERY_PARTNER = "every-partner"  # customers are in it until they choose partners to hear of


def room(partner_id: str) -> str:
    """Return the room of those who asked to hear of a partner."""
    return f"partner-{partner_id}"


_who_waits: list[Callable[[str], Iterable[str]]] = []


def also_tell(who_waits: Callable[[str], Iterable[str]]) -> None:
    """Let a domain say who hears of a partner without asking: `who_waits(partner_id)` returns the ids of users."""
    _who_waits[:] = [who_waits]


def announce(who: str, status: str) -> None:
    """Tell staff that somebody came or went, and others if it is a partner, whichever process they are connected to."""
    tell_staff(who, status)
    role, _, user_id = who.partition(" ")
    if role in PARTNERS:
        tell_of_partner(user_id, status)


def tell_staff(who: str, status: str) -> None:
    """Tell staff that somebody came or went."""
    socketio.emit("user:status_change", shown(who, status), to=STAFF_ROOMS)


def tell_of_partner(partner_id: str, status: str) -> None:
    """Tell a partner's status to those it concerns."""
    update = {"partnerId": partner_id, "status": status}
    rooms = [
        EVERY_PARTNER,
        room(partner_id),
        f"user-{partner_id}",
        *_rooms_of_waiting(partner_id),
        *STAFF_ROOMS,
    ]
    socketio.emit("tailor_status_update", update, to=rooms)


def _rooms_of_waiting(partner_id: str) -> list[str]:
    try:
        return [f"user-{user_id}" for who_waits in _who_waits for user_id in who_waits(partner_id)]
    except db.UNAVAILABLE as error:  # those who asked are told all the same
        logger.warning("nobody knows who waits", error=db.describe(error))
        return []
