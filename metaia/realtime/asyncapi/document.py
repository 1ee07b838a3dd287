"""The AsyncAPI 3 document, generated from the event catalogue, inbound events and error codes."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.core.json import Json
from metaia.core.openapi import error_schemas
from metaia.realtime.asyncapi import plain as asyncapi_plain
from metaia.realtime.asyncapi import wire_events
from metaia.realtime.asyncapi.parts import Schemas, message, refs, sends, servers
from metaia.realtime.catalogue import CHANNELS, EPHEMERAL, EVENTS
from metaia.realtime.inbound import INBOUND, InboundEvent

ANSWERS = "The acknowledgement of the event."


def document(app: Flask) -> Json:
    """Return the document of `app`, for a server at its PUBLIC_BASE_URL."""
    base_url = app.config["PUBLIC_BASE_URL"]
    schemas = Schemas()
    messages: Json = {
        "sync": message("sync", "After connect, and when replay ends.", schemas.ref(wire_events.Sync))
    }
    for event in EVENTS.of(app).values():
        if event.wire is not None and event.wire not in messages:
            summary = f"{event.summary} Sent to {event.audience}."
            messages[event.wire] = message(
                event.wire, summary, schemas.ref(wire_events.message(event.schema))
            )
    for ephemeral in EPHEMERAL.of(app).values():
        summary = f"{ephemeral.summary} Sent to {ephemeral.audience}; not in the log."
        messages[ephemeral.wire] = message(ephemeral.wire, summary, schemas.ref(ephemeral.schema))
    outgoing = list(messages)
    for inbound in INBOUND.of(app).values():
        messages[inbound.name] = message(inbound.name, inbound.summary, schemas.ref(inbound.schema))
        answer = schemas.ref(_acknowledgement(inbound))
        messages[f"{inbound.name}:answer"] = message(f"{inbound.name}:answer", ANSWERS, answer)
    socket = {"address": "/", "servers": servers("main"), "messages": refs("#/components/messages", messages)}
    plain, channels, sending = asyncapi_plain.parts(schemas, CHANNELS.of(app).values())
    messages |= plain
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "METAIA", "version": "1", "description": "Socket.IO 5, and plain WebSockets."},
        "defaultContentType": "application/json",
        "servers": {"main": _server(base_url) | {"pathname": "/socket.io"}, "plain": _server(base_url)},
        "channels": {"socket": socket} | channels,
        "operations": _operations(outgoing, list(INBOUND.of(app))) | sending,
        "components": {"messages": messages, "schemas": schemas.all()},
    }


@cache
def _acknowledgement(inbound: InboundEvent) -> type[MarshmallowSchema]:
    """Return the schema of the answer to an event: `data` if it is `ok`, else `error`."""
    parts: dict[str, fields.Field[Any]] = {
        "ok": fields.Boolean(required=True),
        "data": fields.Nested(inbound.returns),
        "error": fields.Nested(error_schemas.problem()),
    }
    return Schema.from_dict(parts, name=f"{wire_events.pascal(inbound.name)}Answer")


def _server(base_url: str) -> Json:
    parts = urlsplit(base_url)
    return {"host": parts.netloc, "protocol": "wss" if parts.scheme == "https" else "ws"}


def _operations(outgoing: list[str], incoming: list[str]) -> Json:
    channel = {"$ref": "#/channels/socket"}

    def of(name: str) -> Json:
        return {"$ref": f"#/channels/socket/messages/{name}"}

    receives = {
        f"receive_{name}": {
            "action": "receive",
            "channel": channel,
            "messages": [of(name)],
            "reply": {"channel": channel, "messages": [of(f"{name}:answer")]},
        }
        for name in incoming
    }
    return {f"send_{name}": sends("socket", name) for name in outgoing} | receives
