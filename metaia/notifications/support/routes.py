"""Routes by which staff look at everybody's notifications."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.http.idempotency import idempotent
from metaia.core.http.views import READ, WRITE, Blueprint, answer, needs, rated, raw_answer
from metaia.notifications.support import presenters, queries, schemas, stats, stats_schemas, trace_schemas
from metaia.notifications.support import retry as retrying
from metaia.notifications.support.trace import trace

blp = Blueprint(
    "staff_notifications", __name__, url_prefix="/api/admin/notifications", description="For staff"
)
COUNTING = READ.limited_to("30 per minute")  # three months of deliveries take a while to count


@blp.route("")
@blp.arguments(schemas.SearchQuery, location="query")
@blp.response(200, schemas.Many)
@rated(READ)
@needs("notifications.trace")
def get_many(query: dict[str, Any]) -> Response:
    """Look for notifications: of somebody, of a type, with a delivery in a status."""
    rows, following = queries.search(**query)
    deliveries = queries.deliveries(row.id for row in rows)
    found = [presenters.found(row, deliveries.get(row.id, [])) for row in rows]
    return answer(notifications=found, meta={"next_cursor": following})


@blp.route("/stats")
@blp.arguments(stats_schemas.StatsQuery, location="query")
@blp.response(200, stats_schemas.Stats)
@rated(COUNTING)
@needs("statistics.read")
def get_stats(query: dict[str, Any]) -> Response:
    """How many deliveries there were in 92 days or fewer, by status and more; and how far notifications got."""
    return raw_answer(stats.between(**query))


@blp.route("/<id:notification_id>/trace")
@blp.response(200, trace_schemas.Trace)
@rated(READ)
@needs("notifications.trace")
def get_trace(notification_id: str) -> Response:
    """Why somebody was told something, how, and what came of it."""
    return answer(trace=trace(notification_id))


@blp.route("/deliveries/<id:delivery_id>/retry", methods=["POST"])
@blp.response(200, schemas.OneDelivery)
@rated(WRITE)
@needs("queues.manage")
@idempotent
def retry(delivery_id: str) -> Response:
    """Try a delivery again that has failed."""
    return answer(delivery=presenters.delivery(retrying.retry(delivery_id)))
