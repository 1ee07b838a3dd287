"""Routes of messages of endpoints; in the API they are called deliveries."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.errors import Conflict, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.webhook_endpoints import service as endpoints
from metaia.webhook_endpoints.messages import presenters, queries, schemas, service
from metaia.webhook_endpoints.policy import ENDPOINTS_USE

blp = Blueprint(
    "webhook_deliveries", __name__, url_prefix="/api/webhook-deliveries", description="Outgoing webhooks"
)
of_endpoint = Blueprint(
    "webhook_deliveries_of_endpoint",
    __name__,
    url_prefix="/api/webhook-endpoints/<id:endpoint_id>",
    description="Outgoing webhooks",
)


@of_endpoint.endpoint(
    "GET",
    "/deliveries",
    query=schemas.DeliveriesQuery,
    returns=schemas.Many,
    limit=READ,
    access=ENDPOINTS_USE,
    fails=(NotFound,),
)
def get_many(query: Json, endpoint_id: str) -> Response:
    """The deliveries of an endpoint: one for each event."""
    endpoints.own(current(), endpoint_id)
    return listing("deliveries", query | {"endpoint_id": endpoint_id}, queries.page, presenters.delivery)


@of_endpoint.endpoint(
    "POST",
    "/replay",
    body=schemas.ReplayDeliveries,
    returns=schemas.Replayed,
    status=202,
    limit=WRITE.limited_to("10 per minute"),
    access=ENDPOINTS_USE,
    idempotent=True,
    fails=(NotFound, Conflict),
)
def replay(body: Json, endpoint_id: str) -> Response:
    """Send the events of a time again, with their ids, as far as the log is kept; 20 a second."""
    return answer(status=202, count=service.replay(current(), endpoint_id, body))


@blp.endpoint(
    "GET",
    "/<id:webhook_delivery_id>",
    returns=schemas.Whole,
    limit=READ,
    access=ENDPOINTS_USE,
    fails=(NotFound,),
)
def get_one(webhook_delivery_id: str) -> Response:
    """One delivery with its attempts."""
    row = service.own(current(), webhook_delivery_id)
    found = [presenters.attempt(each) for each in queries.attempts(webhook_delivery_id)]
    return answer(delivery=presenters.delivery(row), attempts=found)


@blp.endpoint(
    "POST",
    "/<id:webhook_delivery_id>/retry",
    returns=schemas.One,
    limit=WRITE,
    access=ENDPOINTS_USE,
    fails=(NotFound, Conflict),
)
def retry(webhook_delivery_id: str) -> Response:
    """Send a delivery again now, with the same id."""
    return answer(delivery=presenters.delivery(service.retry(current(), webhook_delivery_id)))
