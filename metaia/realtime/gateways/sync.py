"""`GET /api/sync`: the same log and cursor for clients without a socket."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.core.access.actor import Actor
from metaia.realtime.catalogue import EventType, Payload, view_for
from metaia.realtime.clients.fanout import on_wire
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Feed
from metaia.realtime.log.release import Release
from metaia.realtime.log.store import Event, Head


@dataclass(frozen=True)
class Page:
    """What a client missed. With `resync`, it must fetch its state over REST, and continue from `cursor`."""

    events: list[Payload]
    cursor: str
    more: bool
    resync: bool


def page(feed: Feed, release: Release, actor: Actor, *, cursor: str | None, limit: int, wait: float) -> Page:
    """Return the events after `cursor` that `actor` may see; if there are none, wait up to `wait` seconds for one.

    Without a cursor, the page has no events and the cursor of the log's head. The page ends before an event of a newer
    release, and so does its cursor: a process of that release continues.
    """
    if not cursor:
        return Page([], log_store.head().cursor(), more=False, resync=False)
    return feed.read_when(actor.rooms, wait, lambda: _read(release, actor, cursor, limit), _is_wanted)


def _is_wanted(page: Page) -> bool:
    return bool(page.events) or page.more or page.resync


def _read(release: Release, actor: Actor, cursor: str, limit: int) -> Page:
    head = log_store.head()
    position = head.resume(cursor, log_store.first_kept(log_store.days()))
    if position is None:
        return Page([], head.cursor(), more=False, resync=True)
    events = log_store.page(position, head.position, rooms=actor.rooms, limit=limit + 1)
    newer = next((n for n, event in enumerate(events) if release.is_older_than(event)), None)
    upto = head.position if newer is None else events[newer].position - 1
    events = events[:newer]
    more = len(events) > limit
    shown = [_shown(kind, e, head, actor) for e in events[:limit] if (kind := release.on_wire(e))]
    return Page(shown, head.cursor(events[limit - 1].position if more else upto), more, resync=False)


def _shown(kind: EventType, event: Event, head: Head, actor: Actor) -> Payload:
    return {
        "type": kind.wire,
        "data": on_wire(event, view_for(kind, event.payload, actor), head),
        "cursor": head.cursor(event.position),
    }
