"""The address that vendors call, and routes for staff on stored webhooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, request

from metaia.core import metrics
from metaia.core.access.permissions import QUEUES_MANAGE
from metaia.core.errors import Conflict, Unauthenticated, UnsupportedMedia
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.bodies import read_body
from metaia.core.http.endpoint import PUBLIC, READ, WEBHOOK, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.webhooks import jobs, presenters, queries, schemas, service
from metaia.webhooks.vendors.interface import WebhookCall
from metaia.webhooks.vendors.registry import VENDORS

blp = Blueprint("webhooks", __name__, url_prefix="/api/webhooks", description="For vendors")
admin = Blueprint("webhook_inbox", __name__, url_prefix="/api/admin/webhooks", description="For staff")


@blp.endpoint(
    "POST",
    "/<string:source>",
    status=204,
    limit=WEBHOOK,
    access=PUBLIC,
    fails=(
        Unauthenticated,
        UnsupportedMedia,
    ),
)
def receive(source: str) -> Response:
    """The webhook of a vendor, in the vendor's own format and with its signature."""
    service.receive(service.vendor(source, request.mimetype), _call())
    return Response(status=204)


@blp.after_request
def _count(response: Response) -> Response:
    name = (request.view_args or {}).get("source")
    metrics.webhooks[f"{name if name in VENDORS else 'unknown'} {response.status_code}"] += 1
    return response


@admin.endpoint("GET", "", query=schemas.ListQuery, returns=schemas.Many, limit=READ, access=QUEUES_MANAGE)
def get_many(query: dict[str, Any]) -> Response:
    """The stored webhooks and their states."""
    return listing("webhooks", query, queries.page, presenters.webhook)


@admin.endpoint(
    "POST",
    "/<id:webhook_id>/retry",
    returns=schemas.One,
    limit=WRITE,
    access=QUEUES_MANAGE,
    fails=(Conflict,),
)
def retry(webhook_id: str) -> Response:
    """Retry a webhook that is in quarantine."""
    return answer(webhook=presenters.webhook(service.requeue(webhook_id)))


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    job_registry.register(app, jobs)
    api.register_blueprint(blp)
    api.register_blueprint(admin)


def _call() -> WebhookCall:
    """Return the request as received: nothing is parsed before the signature is verified."""
    query = request.query_string.decode(errors="replace")
    base: str = current_app.config["PUBLIC_BASE_URL"].rstrip("/")
    return WebhookCall(
        url=f"{base}{request.path}?{query}" if query else f"{base}{request.path}",
        query=query,
        headers=request.headers,
        content_type=request.mimetype,
        body=read_body(request),
        received_at=now(),
        tolerance=timedelta(minutes=current_app.config["WEBHOOK_TOLERANCE_MINUTES"]),
    )
