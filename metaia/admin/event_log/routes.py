"""The route by which admins read the event log."""

from __future__ import annotations

from flask import Response

from metaia.admin.event_log import presenters, schemas
from metaia.admin.event_log.policy import EVENTS_READ
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.realtime.log import search as log_search

blp = Blueprint(
    "event_log", __name__, url_prefix="/api/admin/events", description="The event log, for admins"
)


@blp.endpoint(
    "GET",
    "",
    query=schemas.EventsQuery,
    returns=schemas.ManyEvents,
    limit=READ.limited_to("120 per minute"),
    access=EVENTS_READ,
)
def get_many(query: Json) -> Response:
    """List events of the log, newest first. A page may be short and have a next one: it searches a part of the log."""
    limit, cursor = query.pop("limit"), query.pop("cursor") or None
    found = log_search.page(query, limit=limit, cursor=cursor)
    return answer(events=presenters.events(found), meta={"next_cursor": presenters.next_cursor(found)})
