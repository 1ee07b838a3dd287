"""Rooms of memberships, such as groups: a user's connections are in them without asking, in replay as well as live.

A domain returns the rooms of a user now (`MEMBERSHIPS`), and records each change in its transaction (`changed`). The
change has a position in the log, so every connection gets exactly the events of the time of the membership: a live one
enters or leaves the room when its process reaches the change, and a replay when it comes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from marshmallow import fields

from metaia.core import rooms
from metaia.core.http.fields import Schema
from metaia.core.registry import Registry
from metaia.realtime import events
from metaia.realtime.catalogue import EventType, Payload
from metaia.realtime.log.store import Event

CHANGED = "memberships.changed"
Rooms = frozenset[str]
Find = Callable[[list[str]], Mapping[str, Iterable[str]]]
# By domain: `find(user_ids)` returns the rooms of each of these users that is in any, from the database.
MEMBERSHIPS: Registry[str, Find] = Registry("memberships")


class MembershipsChanged(Schema):
    """`memberships.changed`: users that are in a room from now on, and users that are not in it any more."""

    room = fields.String(required=True)
    joined = fields.List(fields.String(), required=True)
    left = fields.List(fields.String(), required=True)


EVENT = EventType(
    CHANGED, None, MembershipsChanged, "Users have entered or left a room.", "METAIA's own processes"
)


def changed(room: str, *, joined: Iterable[str] = (), left: Iterable[str] = ()) -> None:
    """Record in the running transaction that users enter `room`, or may not be in it any more.

    `left` ends what clients have asked for too: it may name users that were never in the room by a membership.
    """
    payload = {"room": room, "joined": sorted(set(joined)), "left": sorted(set(left))}
    people = [rooms.user(user_id) for user_id in (*payload["joined"], *payload["left"])]
    events.record("memberships.changed", payload, audience=people, subject=room)


def after(change: Payload, user_id: str, before: Rooms) -> Rooms:
    """Return the rooms of a user that was in the rooms `before` a change."""
    room = change["room"]
    if user_id in change["left"]:
        return before - {room}
    return before | {room} if user_id in change["joined"] else before


def concerns(event: Event, user_id: str) -> bool:
    """Return whether an event is a change of a user's memberships."""
    return event.type == CHANGED and (user_id in event.payload["joined"] or user_id in event.payload["left"])


def until_change(user_id: str, page: list[Event]) -> tuple[list[Event], bool]:
    """Return a page of the log up to a user's first change of memberships, and whether it has one.

    It is then the last event. The events after it must be read again, because they were chosen by the rooms before it.
    """
    for number, event in enumerate(page, 1):
        if concerns(event, user_id):
            return page[:number], True
    return page, False
