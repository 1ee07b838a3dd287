"""Routes for staff on the notifications of all users."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.http.idempotency import idempotent
from metaia.core.http.views import READ, WRITE, Blueprint, answer, needs, rated, raw_answer
from metaia.notifications.support import presenters, queries, schemas, stats, stats_schemas, trace_schemas
from metaia.notifications.support import retry as retry_delivery
from metaia.notifications.support.trace import trace

blp = Blueprint(
    "staff_notifications", __name__, url_prefix="/api/admin/notifications", description="For staff"
)
STATISTICS = READ.limited_to("30 per minute")  # counting three months of deliveries is slow


@blp.route("")
@blp.arguments(schemas.SearchQuery, location="query")
@blp.response(200, schemas.Many)
@rated(READ)
@needs("notifications.trace")
def get_many(query: dict[str, Any]) -> Response:
    """Search notifications: by user, by type, by the status of a delivery, and more."""
    rows, following = queries.search(**query)
    deliveries = queries.deliveries(row.id for row in rows)
    found = [presenters.found_notification(row, deliveries.get(row.id, [])) for row in rows]
    return answer(notifications=found, meta={"next_cursor": following})


@blp.route("/stats")
@blp.arguments(stats_schemas.StatsQuery, location="query")
@blp.response(200, stats_schemas.Stats)
@rated(STATISTICS)
@needs("statistics.read")
def get_stats(query: dict[str, Any]) -> Response:
    """The number of deliveries in up to 92 days, by status and more, and the funnel of their notifications."""
    return raw_answer(stats.between(**query))


@blp.route("/<id:notification_id>/trace")
@blp.response(200, trace_schemas.Trace)
@rated(READ)
@needs("notifications.trace")
def get_trace(notification_id: str) -> Response:
    """The trace of a notification: its cause, each decision, each attempt and each receipt."""
    return answer(trace=trace(notification_id))


@blp.route("/deliveries/<id:delivery_id>/retry", methods=["POST"])
@blp.response(200, schemas.OneDelivery)
@rated(WRITE)
@needs("queues.manage")
@idempotent
def retry(delivery_id: str) -> Response:
    """Retry a delivery that has failed."""
    return answer(delivery=presenters.delivery(retry_delivery.retry(delivery_id)))
