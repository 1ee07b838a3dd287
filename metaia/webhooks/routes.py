"""The address that vendors call, and what staff see of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, request

from metaia.core import metrics
from metaia.core.errors import Conflict, Unauthenticated, UnsupportedMedia
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.bodies import read_body
from metaia.core.http.endpoint import PUBLIC, READ, WEBHOOK, WRITE, permission
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.webhooks import jobs, queries, schemas, service
from metaia.webhooks.vendors.interface import Call
from metaia.webhooks.vendors.registry import SOURCES

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
    """A vendor tells us something, in its own form and with its signature."""
    service.receive(service.source(source, request.mimetype), _call())
    return Response(status=204)


@blp.after_request
def _count(response: Response) -> Response:
    name = (request.view_args or {}).get("source")
    metrics.webhooks[f"{name if name in SOURCES else 'unknown'} {response.status_code}"] += 1
    return response


@admin.endpoint(
    "GET", "", query=schemas.ListQuery, returns=schemas.Many, limit=READ, access=permission("queues.manage")
)
def get_many(query: dict[str, Any]) -> Response:
    """What vendors told us, and what became of it."""
    return listing("webhooks", query, queries.page, schemas.present)


@admin.endpoint(
    "POST",
    "/<id:webhook_id>/retry",
    returns=schemas.One,
    limit=WRITE,
    access=permission("queues.manage"),
    fails=(Conflict,),
)
def retry(webhook_id: str) -> Response:
    """Try again to digest one that is in quarantine."""
    return answer(webhook=schemas.present(service.retry(webhook_id)))


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    job_registry.register(app, jobs)
    api.register_blueprint(blp)
    api.register_blueprint(admin)


def _call() -> Call:
    """Return the request as it came: nothing of it is parsed before it is verified."""
    query = request.query_string.decode(errors="replace")
    base: str = current_app.config["PUBLIC_BASE_URL"].rstrip("/")
    return Call(
        url=f"{base}{request.path}?{query}" if query else f"{base}{request.path}",
        query=query,
        headers=request.headers,
        kind=request.mimetype,
        body=read_body(request),
        moment=now(),
        tolerance=timedelta(minutes=current_app.config["WEBHOOK_TOLERANCE_MINUTES"]),
    )
