"""The routes by which admins read the event log."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.realtime.log.search import Found
from metaia.system.event_log import presenters, schemas, service
from metaia.system.event_log.policy import SYSTEM_EVENTS

LIMIT = READ.limited_to("120 per minute")
blp = Blueprint(
    "event_log", __name__, url_prefix="/api/system/events", description="The event log, for admins"
)
admin = Blueprint(
    "admin_event_log", __name__, url_prefix="/api/admin/events", description="The event log, for admins"
)


@blp.endpoint(
    "GET",
    "",
    query=schemas.SystemEventsQuery,
    returns=schemas.SystemEvents,
    limit=LIMIT,
    access=SYSTEM_EVENTS,
)
def get_log(query: Json) -> Response:
    """List events of the log, newest last. A page may be short and have a next one: it searches a part of the log."""
    limit, after, before = (query.pop(name) for name in ("limit", "after", "before"))
    if "actor_id" in query:
        query["actor"] = query.pop("actor_id")
    if after is not None:
        found = service.after(query, limit=limit, cursor=after)
        last, first = found.following, found.rows[0].position if found.rows else None
    else:
        newest_first = service.before(query, limit=limit, cursor=before)
        found = replace(newest_first, rows=newest_first.rows[::-1])
        first = newest_first.following
        last = found.rows[-1].position if found.rows and before is not None else found.head.position
    meta = {
        "next_cursor": presenters.cursor(found, last),
        "previous_cursor": presenters.cursor(found, first),
    }
    return _answer(found, query, meta)


@blp.endpoint("GET", "/types", returns=schemas.EventTypes, limit=READ, access=SYSTEM_EVENTS)
def get_types() -> Response:
    """The types of events that processes record."""
    return answer(types=presenters.types())


@admin.endpoint(
    "GET",
    "",
    query=schemas.EventsQuery,
    returns=schemas.ManyEvents,
    limit=LIMIT,
    access=SYSTEM_EVENTS,
)
def get_many(query: Json) -> Response:
    """List events of the log, newest first. A page may be short and have a next one: it searches a part of the log."""
    limit, cursor = query.pop("limit"), query.pop("cursor") or None
    found = service.before(query, limit=limit, cursor=cursor)
    return _answer(found, query, {"next_cursor": presenters.cursor(found, found.following)})


def _answer(found: Found, query: Json, meta: Json) -> Response:
    reveal, reason = query.pop("reveal"), query.pop("reason")
    if reveal:
        service.record_reveal(found, query, reason)
    return answer(events=presenters.events(found, reveal=reveal), meta=meta)
