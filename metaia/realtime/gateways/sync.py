"""`GET /api/sync`: the same log and cursor for clients without a socket."""

from __future__ import annotations

import time
from dataclasses import dataclass

from metaia.core.access.actor import Actor
from metaia.realtime.catalogue import EVENTS, Payload, view_for
from metaia.realtime.clients.fanout import on_wire
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Feed
from metaia.realtime.log.store import Event, Head


@dataclass(frozen=True)
class Page:
    """What a client missed. With `resync`, it must fetch its state over REST, and continue from `cursor`."""

    events: list[Payload]
    cursor: str
    more: bool
    resync: bool


def page(feed: Feed, actor: Actor, *, cursor: str | None, limit: int, wait: float) -> Page:
    """Return the events after `cursor` that `actor` may see; if there are none, wait up to `wait` seconds for one.

    Without a cursor, the page has no events and the cursor of the log's head.
    """
    head = log_store.head()
    if not cursor:
        return Page([], head.cursor(), more=False, resync=False)
    deadline = time.monotonic() + wait
    while True:
        position = head.resume(cursor, log_store.first_kept(log_store.days()))
        if position is None:
            return Page([], head.cursor(), more=False, resync=True)
        events = log_store.page(position, head.position, rooms=actor.rooms, limit=limit + 1)
        left = deadline - time.monotonic()
        if events or left <= 0 or not _wait_for_event(feed, actor, head, left):
            return _page(events[:limit], head, actor, more=len(events) > limit)
        head = log_store.head()


def _wait_for_event(feed: Feed, actor: Actor, head: Head, seconds: float) -> bool:
    """Wait for an event for `actor`; return whether one arrived, at once if the feed is already past `head`."""
    return feed.head.position > head.position or feed.wait(actor.rooms, seconds)


def _page(events: list[Event], head: Head, actor: Actor, *, more: bool) -> Page:
    types = EVENTS.current()
    shown = [
        {
            "type": kind.wire,
            "data": on_wire(event, view_for(kind, event.payload, actor), head),
            "cursor": head.cursor(event.position),
        }
        for event in events
        if (kind := types.get(event.type)) is not None and kind.wire is not None
    ]
    return Page(shown, head.cursor(events[-1].position if more else None), more=more, resync=False)
