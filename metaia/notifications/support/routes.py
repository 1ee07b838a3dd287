"""Routes by which staff look at everybody's notifications."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE, permission
from metaia.core.http.views import answer, raw_answer
from metaia.notifications.support import presenters, queries, schemas, stats, stats_schemas, trace_schemas
from metaia.notifications.support import retry as retrying
from metaia.notifications.support.trace import trace

blp = Blueprint(
    "staff_notifications", __name__, url_prefix="/api/admin/notifications", description="For staff"
)
COUNTING = READ.limited_to("30 per minute")  # three months of deliveries take a while to count


@blp.endpoint(
    "GET",
    "",
    query=schemas.SearchQuery,
    returns=schemas.Many,
    limit=READ,
    access=permission("notifications.trace"),
)
def get_many(query: dict[str, Any]) -> Response:
    """Look for notifications: of somebody, of a type, with a delivery in a status."""
    rows, following = queries.search(**query)
    deliveries = queries.deliveries(row.id for row in rows)
    found = [presenters.found(row, deliveries.get(row.id, [])) for row in rows]
    return answer(notifications=found, meta={"next_cursor": following})


@blp.endpoint(
    "GET",
    "/stats",
    query=stats_schemas.StatsQuery,
    returns=stats_schemas.Stats,
    limit=COUNTING,
    access=permission("statistics.read"),
)
def get_stats(query: dict[str, Any]) -> Response:
    """How many deliveries there were in 92 days or fewer, by status and more; and how far notifications got."""
    return raw_answer(stats.between(**query))


@blp.endpoint(
    "GET",
    "/<id:notification_id>/trace",
    returns=trace_schemas.Trace,
    limit=READ,
    access=permission("notifications.trace"),
)
def get_trace(notification_id: str) -> Response:
    """Why somebody was told something, how, and what came of it."""
    return answer(trace=trace(notification_id))


@blp.endpoint(
    "POST",
    "/deliveries/<id:delivery_id>/retry",
    returns=schemas.OneDelivery,
    limit=WRITE,
    access=permission("queues.manage"),
    idempotent=True,
)
def retry(delivery_id: str) -> Response:
    """Try a delivery again that has failed."""
    return answer(delivery=presenters.delivery(retrying.retry(delivery_id)))
