"""Routes of the real-time path."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app
from marshmallow import fields, validate

from metaia.core import json
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED, built_once
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.fields import Float, Integer, Schema
from metaia.core.http.views import answer, envelope
from metaia.realtime import catalogue, inbound, memberships, runtime
from metaia.realtime.asyncapi import document as asyncapi
from metaia.realtime.asyncapi.wire_events import WireEvent
from metaia.realtime.clients import latency
from metaia.realtime.gateways import plain as plain_gateway
from metaia.realtime.gateways import socketio as socketio_gateway
from metaia.realtime.gateways import sync
from metaia.realtime.log import redaction, withdrawal
from metaia.realtime.log import store as log_store
from metaia.realtime.transport import install as transport

blp = Blueprint("realtime", __name__, url_prefix="/api", description="Events without a socket")


class SyncQuery(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=log_store.LONGEST_CURSOR))
    limit = Integer(load_default=100, validate=validate.Range(min=1, max=500))
    wait = Float(load_default=0, validate=validate.Range(min=0, max=25))


Synced = envelope(
    "Synced",
    events=fields.List(WireEvent("SyncEvent"), required=True),
    cursor=fields.String(required=True),
    more=fields.Boolean(required=True),
    resync=fields.Boolean(required=True),
)


@blp.endpoint("GET", "/sync", query=SyncQuery, returns=Synced, limit=READ)
def get_events(query: dict[str, Any]) -> Response:
    """Events since a cursor; without one, only the current cursor."""
    page = sync.page(runtime.current(), current(), **query)
    return answer(events=page.events, cursor=page.cursor, more=page.more, resync=page.resync)


@blp.endpoint(
    "GET", "/asyncapi.json", returns={"type": "object"}, also_returns=UNCHANGED, limit=READ, access=PUBLIC
)
@built_once
def get_asyncapi() -> Response:
    """The AsyncAPI 3 document of everything that goes over sockets."""
    document = asyncapi.document(current_app)
    return Response(json.dumps(document), mimetype="application/json")


def register(app: Flask, api: Any) -> None:
    """Register this package with the application."""
    transport.install()
    latency.init_app(app)
    real_time = runtime.Runtime(app)
    catalogue.register(app, memberships.EVENT, redaction.EVENT, withdrawal.EVENT)
    real_time.feed.subscribe(memberships.CHANGED, real_time.memberships.apply)
    real_time.feed.subscribe(redaction.REDACTED, real_time.feed.redact)
    real_time.feed.subscribe(withdrawal.WITHDRAWN, real_time.feed.withdraw)
    socketio_gateway.init_app(app)
    inbound.register(app, socketio_gateway)
    for blueprint in (blp, plain_gateway.events, plain_gateway.websockets):
        api.register_blueprint(blueprint)
