"""Routes for staff on the notifications of all users."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.access.permissions import QUEUES_MANAGE, STATISTICS_READ
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, raw_answer
from metaia.notifications.support import presenters, queries, schemas, stats, stats_schemas, trace_schemas
from metaia.notifications.support import retry as retry_delivery
from metaia.notifications.support.policy import NOTIFICATIONS_TRACE
from metaia.notifications.support.trace import trace

blp = Blueprint(
    "staff_notifications", __name__, url_prefix="/api/admin/notifications", description="For staff"
)
STATISTICS = READ.limited_to("30 per minute")  # counting three months of deliveries is slow


@blp.endpoint(
    "GET",
    "",
    query=schemas.SearchQuery,
    returns=schemas.Many,
    limit=READ,
    access=NOTIFICATIONS_TRACE,
)
def get_many(query: dict[str, Any]) -> Response:
    """Search notifications: by user, by type, by the status of a delivery, and more."""
    rows, following = queries.search(**query)
    deliveries = queries.deliveries(row.id for row in rows)
    found = [presenters.found_notification(row, deliveries.get(row.id, [])) for row in rows]
    return answer(notifications=found, meta={"next_cursor": following})


@blp.endpoint(
    "GET",
    "/stats",
    query=stats_schemas.StatsQuery,
    returns=stats_schemas.Stats,
    limit=STATISTICS,
    access=STATISTICS_READ,
)
def get_stats(query: dict[str, Any]) -> Response:
    """The number of deliveries in up to 92 days, by status and more, and the funnel of their notifications."""
    return raw_answer(stats.between(**query))


@blp.endpoint(
    "GET",
    "/<id:notification_id>/trace",
    returns=trace_schemas.Trace,
    limit=READ,
    access=NOTIFICATIONS_TRACE,
)
def get_trace(notification_id: str) -> Response:
    """The trace of a notification: its cause, each decision, each attempt and each receipt."""
    return answer(trace=trace(notification_id))


@blp.endpoint(
    "POST",
    "/deliveries/<id:delivery_id>/retry",
    returns=schemas.OneDelivery,
    limit=WRITE,
    access=QUEUES_MANAGE,
    idempotent=True,
)
def retry(delivery_id: str) -> Response:
    """Retry a delivery that has failed."""
    return answer(delivery=presenters.delivery(retry_delivery.retry(delivery_id)))
