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
    """`memberships.changed`: users that are in a room from now on, and users that may not be in it any more.

    Those that `left` were in it by a membership. Those that are `expelled` were not: they may have asked for it.
    """

    room = fields.String(required=True)
    joined = fields.List(fields.String(), required=True)
    left = fields.List(fields.String(), required=True)
    expelled = fields.List(fields.String(), required=True)


EVENT = EventType(
    CHANGED, None, MembershipsChanged, "Users have entered or left a room.", "METAIA's own processes"
)


def changed(
    room: str, *, joined: Iterable[str] = (), left: Iterable[str] = (), expelled: Iterable[str] = ()
) -> None:
    """Record in the running transaction that users enter `room`, or may not be in it any more.

    `left` names users that `MEMBERSHIPS` had in the room, and `expelled` the others. Both end what clients have
    asked for. A former membership counts in replays from before, so a user without one must not be in `left`.
    """
    named = {"joined": joined, "left": left, "expelled": expelled}
    payload: Payload = {name: sorted(set(user_ids)) for name, user_ids in named.items()}
    people = [rooms.user(user_id) for name in named for user_id in payload[name]]
    events.record("memberships.changed", {"room": room, **payload}, audience=people, subject=room)


def after(change: Payload, user_id: str, before: Rooms) -> Rooms:
    """Return the rooms of the memberships of a user that had those `before` a change."""
    room = change["room"]
    if user_id in change["left"]:
        return before - {room}
    return before | {room} if user_id in change["joined"] else before


def ended(change: Payload) -> set[str]:
    """Return the users that may not be in the room any more, by a membership or because they have asked for it."""
    return {*change["left"], *change.get("expelled", ())}  # events of older releases have only the first


def concerns(event: Event, user_id: str) -> bool:
    """Return whether an event changes in which rooms a user may be."""
    return event.type == CHANGED and (user_id in event.payload["joined"] or user_id in ended(event.payload))


def until_change(user_id: str, page: list[Event]) -> tuple[list[Event], bool]:
    """Return a page of the log up to a user's first change of memberships, and whether it has one.

    It is then the last event. The events after it must be read again, because they were chosen by the rooms before it.
    """
    for number, event in enumerate(page, 1):
        if concerns(event, user_id):
            return page[:number], True
    return page, False
