"""Which rooms receive a change of presence. It is emitted and never logged: no stored state depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from metaia.core import db, rooms
from metaia.core.access.actor import PARTNERS
from metaia.core.registry import Registry
from metaia.presence import presenters
from metaia.realtime import events

EVERY_PARTNER = "every-partner"  # the room of customers that do not follow single partners yet
# By domain: `find(partner_id)` returns the ids of users that get a partner's status without having joined its room.
watchers: Registry[str, Callable[[str], Iterable[str]]] = Registry("partner_watchers")
# By domain: `find(user_ids)` returns the rooms, other than staff's, that get the status of each of these users.
companions: Registry[str, Callable[[Sequence[str]], Mapping[str, Iterable[str]]]] = Registry("companions")
BATCH = 500  # users in one query
logger = structlog.get_logger(__name__)


def room(partner_id: str) -> str:
    """Return the room of the clients that follow a partner."""
    return rooms.subject("partner", partner_id)


def announce(users: Sequence[str], status: str) -> None:
    """Send the new status of users ("role id") to staff and companions, and that of partners to others too."""
    for start in range(0, len(users), BATCH):
        batch = users[start : start + BATCH]
        to_companions(batch, status)
        for user in batch:
            role, _, user_id = user.partition(" ")
            if role in PARTNERS:
                of_partner(user_id, status)


def to_companions(users: Sequence[str], status: str) -> None:
    """Send staff, and the companions of each user, the user's new status."""
    further = _rooms_of_companions([user.partition(" ")[2] for user in users])
    for user in users:
        shown = presenters.presence(user, status)
        audience = [*rooms.STAFF, *further.get(shown["userId"], ())]
        events.emit_ephemeral("user:status_change", shown, audience=audience)


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


def _rooms_of_companions(user_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        for find in companions.current().values():
            for user_id, further in find(user_ids).items():
                found.setdefault(user_id, []).extend(further)
    except db.UNAVAILABLE as error:  # staff gets the status all the same
        logger.warning("companions unknown", error=db.describe(error))
    return found


def _rooms_of_watchers(partner_id: str) -> list[str]:
    try:
        return [rooms.user(user_id) for find in watchers.current().values() for user_id in find(partner_id)]
    except db.UNAVAILABLE as error:  # clients in the partner's room get the status all the same
        logger.warning("watchers unknown", error=db.describe(error))
        return []
