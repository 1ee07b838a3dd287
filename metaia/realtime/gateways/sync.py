"""`GET /api/sync`: the same log and cursor for clients without a socket."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.core.access.actor import Actor
from metaia.realtime import memberships
from metaia.realtime.catalogue import EventType, Payload, view_for
from metaia.realtime.clients.fanout import on_wire
from metaia.realtime.log import store as log_store
from metaia.realtime.log.release import Release
from metaia.realtime.log.store import Event, Head
from metaia.realtime.runtime import Runtime


@dataclass(frozen=True)
class Page:
    """What a client missed. With `resync`, it must fetch its state over REST, and continue from `cursor`."""

    events: list[Payload]
    cursor: str
    more: bool
    resync: bool


def page(real_time: Runtime, actor: Actor, *, cursor: str | None, limit: int, wait: float) -> Page:
    """Return the events after `cursor` that `actor` may see; if there are none, wait up to `wait` seconds for one.

    Without a cursor, the page has no events and the cursor of the log's head. The page ends before an event of a newer
    release, and so does its cursor: a process of that release continues. It ends after a change of the user's
    memberships too: other rooms count from there on.
    """
    if not cursor:
        return Page([], log_store.head().cursor(), more=False, resync=False)
    rooms = _rooms(real_time, actor, cursor)
    return real_time.feed.read_when(
        rooms, wait, lambda: _read(real_time.release, actor, rooms, cursor, limit), _is_wanted
    )


def _is_wanted(page: Page) -> bool:
    return bool(page.events) or page.more or page.resync


def _rooms(real_time: Runtime, actor: Actor, cursor: str) -> list[str]:
    """Return the rooms of the actor at a cursor; without those of memberships if the log cannot resume from it."""
    feed, head = real_time.feed, real_time.feed.head
    position = head.resume(cursor, first_kept=1)
    if position is None:  # this process may be behind the log
        head = log_store.head()
        position = head.resume(cursor, first_kept=1)
    if position is not None and feed.after(position) is None:
        position = head.resume(cursor, log_store.first_kept(log_store.days()))
    return actor.rooms if position is None else [*actor.rooms, *real_time.memberships.at(actor.id, position)]


def _read(release: Release, actor: Actor, rooms: list[str], cursor: str, limit: int) -> Page:
    head = log_store.head()
    position = head.resume(cursor, log_store.first_kept(log_store.days()))
    if position is None:
        return Page([], head.cursor(), more=False, resync=True)
    events = log_store.page(position, head.position, rooms=rooms, limit=limit + 1)
    events, changes = memberships.until_change(actor.id, events)
    newer = next((n for n, event in enumerate(events) if release.is_older_than(event)), None)
    if newer is not None:
        upto, more, events = events[newer].position - 1, False, events[:newer]
    elif changes:
        upto, more = events[-1].position, True
    else:
        upto, more = head.position, False
    if len(events) > limit:
        upto, more, events = events[limit - 1].position, True, events[:limit]
    shown = [_shown(kind, event, head, actor) for event in events if (kind := release.on_wire(event))]
    return Page(shown, head.cursor(upto), more, resync=False)


def _shown(kind: EventType, event: Event, head: Head, actor: Actor) -> Payload:
    return {
        "type": kind.wire,
        "data": on_wire(event, view_for(kind, event.payload, actor), head),
        "cursor": head.cursor(event.position),
    }
