"""The AsyncAPI 3 document, generated from the event catalogue, inbound events and error codes."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.realtime.asyncapi import plain as asyncapi_plain
from metaia.realtime.asyncapi.parts import Json, Schemas, message, refs, sends, servers
from metaia.realtime.catalogue import CHANNELS, EPHEMERAL, EVENTS
from metaia.realtime.inbound import INBOUND


class Sync(Schema):
    """How far a client has caught up."""

    cursor = fields.String(required=True)
    replayed = fields.Integer(required=True)
    complete = fields.Boolean(required=True)
    resync = fields.Boolean(required=True)


class Acknowledgement(Schema):
    """The answer to a client's event."""

    ok = fields.Boolean(required=True)
    data = fields.Dict()
    error = fields.Dict()


class Durable(Schema):
    """The fields that every event of the log has in addition to its payload."""

    event_id = fields.UUID(required=True)
    cursor = fields.String(required=True)


def document(app: Flask) -> Json:
    """Return the document of `app`, for a server at its PUBLIC_BASE_URL."""
    base_url = app.config["PUBLIC_BASE_URL"]
    schemas = Schemas()
    messages: Json = {"sync": message("sync", "After connect, and when replay ends.", schemas.ref(Sync))}
    for event in EVENTS.of(app).values():
        if event.wire is not None and event.wire not in messages:
            summary = f"{event.summary} Sent to {event.audience}."
            messages[event.wire] = message(event.wire, summary, schemas.ref(_durable(event.schema)))
    durable = list(messages)
    for ephemeral in EPHEMERAL.of(app).values():
        summary = f"{ephemeral.summary} Sent to {ephemeral.audience}; not in the log."
        messages[ephemeral.wire] = message(ephemeral.wire, summary, schemas.ref(ephemeral.schema))
    outgoing = list(messages)
    for inbound in INBOUND.of(app).values():
        messages[inbound.name] = message(inbound.name, inbound.summary, schemas.ref(inbound.schema))
    ack = schemas.ref(Acknowledgement)
    messages["acknowledgement"] = message("acknowledgement", "Answers each event of a client.", ack)
    socket = {"address": "/", "servers": servers("main"), "messages": refs("#/components/messages", messages)}
    plain, channels, sending = asyncapi_plain.parts(schemas, durable, CHANNELS.of(app).values())
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


def _durable(schema: type[MarshmallowSchema]) -> type[MarshmallowSchema]:
    """Return one schema with the fields of both: under `allOf`, each part would refuse the fields of the other."""
    return type(f"{schema.__name__}Message", (schema, Durable), {})


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
            "reply": {"channel": channel, "messages": [of("acknowledgement")]},
        }
        for name in incoming
    }
    return {f"send_{name}": sends("socket", name) for name in outgoing} | receives
