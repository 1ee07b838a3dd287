"""Routes of endpoints, and the registration of this domain.

Answers with a secret accept no Idempotency-Key (docs/adr/0005).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, NotFound
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.core.times import now, rfc3339
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.webhook_endpoints import jobs, presenters, privacy, queries, schemas, service
from metaia.webhook_endpoints.event_types import routes as event_type_routes
from metaia.webhook_endpoints.messages import queries as message_queries
from metaia.webhook_endpoints.messages import routes as message_routes
from metaia.webhook_endpoints.notifications import NOTIFICATION_TYPES
from metaia.webhook_endpoints.policy import ENDPOINTS_USE
from metaia.webhook_endpoints.queries import Endpoint
from metaia.webhook_endpoints.sending import service as sending
from metaia.webhook_endpoints.sending.results import Result
from metaia.webhook_endpoints.staff import routes as staff_routes

CALLING = WRITE.limited_to("10 per minute")  # a request that waits for a receiver
FIGURES = timedelta(hours=24)
blp = Blueprint(
    "webhook_endpoints", __name__, url_prefix="/api/webhook-endpoints", description="Outgoing webhooks"
)


@blp.endpoint("GET", "", returns=schemas.Many, limit=READ, access=ENDPOINTS_USE)
def get_many() -> Response:
    """Your endpoints, the oldest first."""
    return answer(endpoints=[presenters.endpoint(each) for each in queries.of_owner(current().id)])


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateWebhookEndpoint,
    example=schemas.EXAMPLE,
    returns=schemas.Created,
    status=201,
    secret=True,
    limit=WRITE.limited_to("30 per minute"),
    access=ENDPOINTS_USE,
    fails=(Conflict,),
)
def create(body: Json) -> Response:
    """Create an endpoint. Its secret is shown only now. It gets events once it has answered `endpoint.verify`."""
    found, secret = service.create(current(), body)
    shown = presenters.endpoint(found)
    return answer_versioned(found.version, status=201, endpoint=shown, secret=secret)


@blp.endpoint(
    "GET", "/<id:endpoint_id>", returns=schemas.One, limit=READ, access=ENDPOINTS_USE, fails=(NotFound,)
)
def get_one(endpoint_id: str) -> Response:
    """One of your endpoints."""
    return _one(service.own(current(), endpoint_id))


@blp.endpoint(
    "PATCH",
    "/<id:endpoint_id>",
    body=schemas.ChangeWebhookEndpoint,
    example={"events": ["order.*"], "active": True},
    returns=schemas.One,
    limit=WRITE,
    access=ENDPOINTS_USE,
    fails=(NotFound,),
    conflict=schemas.Conflict,
)
def change(body: Json, endpoint_id: str) -> Response:
    """Change an endpoint, stop it, or let it go on; then `endpoint.gap` states what it has missed."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), endpoint_id, body, version))


@blp.endpoint(
    "DELETE",
    "/<id:endpoint_id>",
    returns=schemas.One,
    limit=WRITE,
    access=ENDPOINTS_USE,
    fails=(NotFound,),
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
)
def delete(endpoint_id: str) -> Response:
    """Delete an endpoint with its deliveries."""
    return _one(service.remove(current(), endpoint_id, etags.expected(None)))


@blp.endpoint(
    "POST",
    "/<id:endpoint_id>/rotate-secret",
    returns=schemas.Rotated,
    secret=True,
    limit=CALLING,
    access=ENDPOINTS_USE,
    fails=(NotFound,),
)
def rotate_secret(endpoint_id: str) -> Response:
    """Replace the secret, which is shown only now. For 24 hours the previous one signs too."""
    secret, until = service.rotate_secret(current(), endpoint_id)
    return answer(secret=secret, previous_until=rfc3339(until))


@blp.endpoint(
    "POST",
    "/<id:endpoint_id>/verify",
    returns=schemas.Verified,
    limit=CALLING,
    access=ENDPOINTS_USE,
    fails=(NotFound,),
)
def verify(endpoint_id: str) -> Response:
    """Send the challenge again; takes up to 20 seconds. `call` is null for an endpoint that is not unverified."""
    service.own(current(), endpoint_id)
    result = sending.verify(endpoint_id)
    found = service.own(current(), endpoint_id)
    return answer(endpoint=presenters.endpoint(found), call=None if result is None else _call(result))


@blp.endpoint(
    "POST",
    "/<id:endpoint_id>/test",
    returns=schemas.Called,
    limit=CALLING,
    access=ENDPOINTS_USE,
    fails=(NotFound, Conflict),
)
def test(endpoint_id: str) -> Response:
    """Send `endpoint.test` to a verified address, and wait for the answer: up to 20 seconds. It changes nothing."""
    found = service.own(current(), endpoint_id)
    if found.verified_at is None:
        raise Conflict("Verify the address first.", code="endpoint_not_active")
    return answer(call=_call(sending.test(found)))


@blp.endpoint(
    "GET",
    "/<id:endpoint_id>/stats",
    returns=schemas.Stats,
    limit=READ,
    access=ENDPOINTS_USE,
    fails=(NotFound,),
)
def get_stats(endpoint_id: str) -> Response:
    """The figures of an endpoint: of the last 24 hours, and what waits."""
    found = service.own(current(), endpoint_id)
    speed = message_queries.speed(endpoint_id, now() - FIGURES)
    queue, oldest = message_queries.waiting(endpoint_id), queries.oldest_pending(endpoint_id)
    return answer(stats=presenters.stats(found, speed, queue, oldest))


def _one(found: Endpoint) -> Response:
    return answer_versioned(found.version, endpoint=presenters.endpoint(found))


def _call(result: Result) -> Json:
    return {"status": result.status, "ms": result.ms, "error": result.error}


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    job_registry.register(app, jobs)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    erasure.ERASERS.register(app, "webhook_endpoints", service.erase)
    export.EXPORTS.register(app, "webhookEndpoints", privacy.pages)
    for blueprint in (
        blp,
        event_type_routes.blp,
        message_routes.of_endpoint,
        message_routes.blp,
        staff_routes.blp,
    ):
        api.register_blueprint(blueprint)
