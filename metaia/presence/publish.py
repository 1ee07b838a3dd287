"""Which rooms receive a change of presence. It is emitted and never logged: no stored state depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from metaia.core import db, rooms
from metaia.core.access.actor import PARTNERS
from metaia.core.registry import Registry
from metaia.presence import presenters
from metaia.realtime import events

EVERY_PARTNER = "every-partner"  # the room of customers that do not follow single partners yet
# By domain: `find(partner_id)` returns the ids of users that get a partner's status without having joined its room.
watchers: Registry[str, Callable[[str], Iterable[str]]] = Registry("partner_watchers")
logger = structlog.get_logger(__name__)


def room(partner_id: str) -> str:
    """Return the room of the clients that follow a partner."""
    return rooms.subject("partner", partner_id)


def announce(user: str, status: str) -> None:
    """Send staff a user's new status, and others too if the user ("role id") is a partner, in all processes."""
    to_staff(user, status)
    role, _, user_id = user.partition(" ")
    if role in PARTNERS:
        of_partner(user_id, status)


def to_staff(user: str, status: str) -> None:
    """Send staff a user's new status."""
    events.emit_ephemeral("user:status_change", presenters.presence(user, status), audience=rooms.STAFF)


def of_partner(partner_id: str, status: str) -> None:
    """Send a partner's status to the partner, its followers and watchers, and staff."""
    events.emit_ephemeral(
        "tailor_status_update",
        {"partnerId": partner_id, "status": status},
        audience=[
            *(EVERY_PARTNER, room(partner_id), rooms.user(partner_id)),
            *_rooms_of_watchers(partner_id),
            *rooms.STAFF,
        ],
    )


def _rooms_of_watchers(partner_id: str) -> list[str]:
    try:
        return [rooms.user(user_id) for find in watchers.current().values() for user_id in find(partner_id)]
    except db.UNAVAILABLE as error:  # clients in the partner's room get the status all the same
        logger.warning("watchers unknown", error=db.describe(error))
        return []
