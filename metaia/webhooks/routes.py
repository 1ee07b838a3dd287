"""The address that vendors call, and routes for staff on stored webhooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, request

from metaia.core import metrics
from metaia.core.access.permissions import QUEUES_MANAGE
from metaia.core.errors import Conflict, Gone, TooLarge, Unauthenticated, UnsupportedMedia
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.bodies import read_body, require_uncompressed
from metaia.core.http.endpoint import PUBLIC, READ, WEBHOOK, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.shipments import carriers
from metaia.webhooks import jobs, presenters, queries, schemas, service
from metaia.webhooks.policy import WEBHOOK_BODIES_READ
from metaia.webhooks.refusals import routes as refusal_routes
from metaia.webhooks.refusals import service as refusals
from metaia.webhooks.replays import routes as replay_routes
from metaia.webhooks.vendors import logistics, registry
from metaia.webhooks.vendors.interface import WebhookCall, Why

blp = Blueprint("webhooks", __name__, url_prefix="/api/webhooks", description="For vendors")
admin = Blueprint("webhook_inbox", __name__, url_prefix="/api/admin/webhooks", description="For staff")


@blp.endpoint(
    "POST",
    "/<string:source>",
    status=204,
    also_returns=(200, schemas.Received, "PayU expects an object."),
    limit=WEBHOOK,
    access=PUBLIC,
    fails=(
        Unauthenticated,
        UnsupportedMedia,
    ),
)
def receive(source: str) -> Response:
    """The webhook of a vendor, in the vendor's own format and with its signature."""
    return _receive(source)


@blp.endpoint(
    "POST",
    "/logistics/<string:slug>",
    returns=schemas.Received,
    limit=WEBHOOK,
    access=PUBLIC,
    fails=(
        Unauthenticated,
        UnsupportedMedia,
    ),
)
def receive_scans(slug: str) -> Response:
    """The webhook of a carrier, in the convention and with the secret that LOGISTICS_WEBHOOKS has for it."""
    return _receive(logistics.PREFIX + slug)


def _receive(source: str) -> Response:
    sender = service.vendor(source, request.mimetype)
    require_uncompressed(request)
    try:
        service.receive(sender, _call())
    except service.Refused as refused:
        g.refused_because = refused.why
        raise
    status, body = sender.answer
    return Response(body, status, mimetype="application/json") if body else Response(status=status)


@blp.after_request
def _count(response: Response) -> Response:
    given = request.view_args or {}
    name = logistics.PREFIX + given["slug"] if "slug" in given else given.get("source", "")
    known = registry.find(name) is not None
    metrics.webhooks[f"{name if known else 'unknown'} {response.status_code}"] += 1
    why = _refused_because(response.status_code)
    if why is not None and service.configured(name) is not None:
        size = request.content_length or 0
        address = request.remote_addr or ""
        refusals.keep(refusals.Refusal(now(), name, why, size, address))
    return response


def _refused_because(status: int) -> Why | None:
    """Return why the call of this request was refused, None if it was not."""
    if status == TooLarge.status:
        return "too_large"
    if status == UnsupportedMedia.status:
        return "compressed" if "Content-Encoding" in request.headers else "content_type"
    found: Why | None = g.get("refused_because")
    return found


@admin.endpoint("GET", "", query=schemas.ListQuery, returns=schemas.Many, limit=READ, access=QUEUES_MANAGE)
def get_many(query: dict[str, Any]) -> Response:
    """The stored webhooks and their states."""
    return listing("webhooks", query, queries.page, presenters.webhook)


@admin.endpoint("GET", "/<id:webhook_id>", returns=schemas.Whole, limit=READ, access=QUEUES_MANAGE)
def get_one(webhook_id: str) -> Response:
    """One stored webhook: what it states, and what its processing has changed."""
    return answer(**presenters.whole(service.read(webhook_id)))


@admin.endpoint(
    "GET",
    "/<id:webhook_id>/body",
    returns=schemas.Body,
    limit=READ,
    access=WEBHOOK_BODIES_READ,
    fails=(Gone,),
    secret=True,
)
def get_body(webhook_id: str) -> Response:
    """The content of a stored webhook, with personal data; the audit log names the reader."""
    return answer(body=presenters.body(service.read_body(webhook_id)))


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
    refusals.init_app(app)
    carriers.CODES.register(app, "webhooks", logistics.requeue)
    for module in (jobs, refusal_routes.jobs, replay_routes.jobs):
        job_registry.register(app, module)
    for blueprint in (blp, refusal_routes.blp, replay_routes.blp, admin):
        api.register_blueprint(blueprint)


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
