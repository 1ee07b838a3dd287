"""Reading the log for all endpoints together: each page once, with one cursor.

The messages of a page commit together with the cursor, so no event is lost and none becomes two messages, whatever
line a process is killed at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.realtime import membership_state, memberships
from metaia.realtime.log import lookup
from metaia.realtime.log import store as log_store
from metaia.realtime.log.release import Release
from metaia.realtime.log.store import Event, Head
from metaia.webhook_endpoints import pauses, policy, queries
from metaia.webhook_endpoints.event_types import service as event_types
from metaia.webhook_endpoints.fanout import queries as cursors
from metaia.webhook_endpoints.models import EndpointRow, MessageRow, WebhookCursorRow
from metaia.webhook_endpoints.queries import Collecting
from metaia.webhook_endpoints.state import ACTIVE, OWNER_INACTIVE, PENDING

RESTORED, PRUNED = "log_restored", "log_pruned"


def read_page() -> int:
    """Turn the next page of the log into messages; return how many positions it had. 0 if there is none to read."""
    with db.transaction():
        cursor = cursors.cursor_to_move()
        if cursor is None:
            return 0
        for endpoint_id in queries.orphaned():
            pauses.pause(endpoint_id, OWNER_INACTIVE)
        active, head = queries.collecting(), log_store.head()
        position = _resumed(cursor, head, active)
        if position >= head.position or not active:
            if (cursor.epoch, cursor.position) != (head.epoch, head.position):
                _move(head.epoch, head.position)
            return 0
        page = _of_this_release(log_store.page(position, head.position))
        if not page:
            return 0
        upto = page[-1].position
        if messages := list(_messages(_Owners(active, position), page)):
            db.execute(insert(MessageRow).on_conflict_do_nothing(), messages)
            job_registry.wake_on_commit()
        _move(head.epoch, upto)
        return upto - position


def _resumed(cursor: Any, head: Head, active: Iterable[Collecting]) -> int:
    """Return the position to read after. What cannot be read any more is a gap, of which endpoints are informed."""
    first = log_store.first_kept(log_store.days())
    if cursor.epoch != head.epoch:
        for endpoint in active:
            pauses.add_gap(endpoint.id, cursor.read_at, now(), RESTORED, head.position)
        db.execute(update(EndpointRow).where(EndpointRow.state == ACTIVE).values(since=head.position))
        return head.position
    position = max(int(cursor.position), min((each.since for each in active), default=0))
    if position + 1 >= first:
        return position
    for endpoint in active:
        if endpoint.since + 1 < first:
            pauses.add_gap(endpoint.id, cursor.read_at, now(), PRUNED, first - 1)
    return first - 1


def _of_this_release(page: list[Event]) -> list[Event]:
    """Return the events before the first one of a newer release: a worker of that release continues there."""
    release = Release(_app())
    newer = next((n for n, event in enumerate(page) if release.is_older_than(event)), len(page))
    return page[:newer]


def _move(epoch: str, position: int) -> None:
    db.execute(update(WebhookCursorRow).values(epoch=epoch, position=position, read_at=now()))


@dataclass
class _Owners:
    """The owners of endpoints, and their rooms at a position of the log."""

    active: list[Collecting]
    position: int
    of_room: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._joined = membership_state.rooms_at({each.owner_id for each in self.active}, self.position)
        names = event_types.names()
        self._types = {each.id: policy.chosen(each.events, names) for each in self.active}
        self._index()

    def follow(self, event: Event) -> None:
        """Make a change of memberships."""
        for owner_id, there in self._joined.items():
            if memberships.concerns(event, owner_id):
                self._joined[owner_id] = memberships.after(event.payload, owner_id, there)
        self._index()

    def addressed(self, event: Event) -> dict[str, str]:
        """Return the owners that get an event, each with the room by which it does."""
        found: dict[str, str] = {}
        for room in event.audience:
            for owner_id in self.of_room.get(room, ()):
                found.setdefault(owner_id, room)
        return found

    def wants(self, endpoint: Collecting, event: Event) -> bool:
        """Return whether an endpoint collects an event that its owner gets."""
        return event.type in self._types[endpoint.id] and event.position > endpoint.since

    def _index(self) -> None:
        index: dict[str, list[str]] = defaultdict(list)
        for owner_id, role in {(each.owner_id, each.role) for each in self.active}:
            for room in (rooms.user(owner_id), rooms.role(role), *self._joined[owner_id]):
                index[room].append(owner_id)
        self.of_room = index


def _messages(owners: _Owners, page: list[Event]) -> Iterable[Json]:
    found: list[tuple[Collecting, Event, str]] = []
    for event in page:
        if event.type == memberships.CHANGED:
            owners.follow(event)
        elif event.audience and (addressed := owners.addressed(event)):
            found += [
                (endpoint, event, addressed[endpoint.owner_id])
                for endpoint in owners.active
                if endpoint.owner_id in addressed and owners.wants(endpoint, event)
            ]
    subjects = lookup.subjects({event.position for _, event, _ in found})
    moment = now()
    for endpoint, event, room in found:
        yield message(endpoint.id, event, room, subjects.get(event.position), moment)


def message(endpoint_id: str, event: Event, room: str, subject: str | None, due_at: datetime) -> Json:
    """Return the values of a new message about an event."""
    return {
        "id": new_id(), "endpoint_id": endpoint_id, "event_id": event.id, "position": event.position, "room": room,
        "type": event.type, "subject": subject, "payload": None, "state": PENDING, "tries": 0, "due_at": due_at,
        "created_at": datetime.fromisoformat(event.created_at),
    }  # fmt: skip


def lag() -> Json:
    """Return how far the log was read, and how far it is."""
    cursor, head = cursors.read_at(), log_store.head()
    behind = 0 if cursor is None or cursor.epoch != head.epoch else head.position - cursor.position
    return {"behind": behind, "readAt": None if cursor is None else rfc3339(cursor.read_at)}


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy is no key
    return app
