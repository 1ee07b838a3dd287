"""The AsyncAPI 3 document, generated from the catalogue and from what the gateway accepts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields

from metaia.core.schema import Schema
from metaia.realtime.catalogue import EVENTS, PASSING
from metaia.realtime.inbound import INBOUND

Json = dict[str, Any]


class Sync(Schema):
    """How far a client has caught up."""

    cursor = fields.String(required=True)
    replayed = fields.Integer(required=True)
    complete = fields.Boolean(required=True)
    resync = fields.Boolean(required=True)


class Acknowledgement(Schema):
    """What a client's event is answered with."""

    ok = fields.Boolean(required=True)
    data = fields.Dict()
    error = fields.Dict()


class Durable(Schema):
    """What every event of the log carries beside its payload."""

    event_id = fields.UUID(required=True)
    cursor = fields.String(required=True)


def document(base_url: str) -> Json:
    """Return the document for a server at `base_url`."""
    schemas = _Schemas()
    messages: Json = {"sync": _message("sync", "After connect, and when replay ends.", schemas.ref(Sync))}
    for event in EVENTS.values():
        if event.wire is not None and event.wire not in messages:
            summary = f"{event.summary} Heard by {event.audience}."
            messages[event.wire] = _message(event.wire, summary, schemas.ref(_durable(event.schema)))
    for passing in PASSING.values():
        told = f"{passing.summary} Heard by {passing.audience}; not in the log."
        messages[passing.wire] = _message(passing.wire, told, schemas.ref(passing.schema))
    outgoing = list(messages)
    for inbound in INBOUND.values():
        messages[inbound.name] = _message(inbound.name, inbound.summary, schemas.ref(inbound.schema))
    ack = schemas.ref(Acknowledgement)
    messages["acknowledgement"] = _message("acknowledgement", "Answers each event of a client's.", ack)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "METAIA", "version": "1", "description": "Socket.IO 5, namespace `/`."},
        "defaultContentType": "application/json",
        "servers": {"main": _server(base_url)},
        "channels": {"socket": {"address": "/", "messages": _refs("#/components/messages", messages)}},
        "operations": _operations(outgoing, list(INBOUND)),
        "components": {"messages": messages, "schemas": schemas.all()},
    }


def _durable(schema: type[MarshmallowSchema]) -> type[MarshmallowSchema]:
    """Return one schema of both parts: under `allOf`, each would refuse the fields of the other."""
    return type(f"{schema.__name__}Message", (schema, Durable), {})


def _server(base_url: str) -> Json:
    parts = urlsplit(base_url)
    return {
        "host": parts.netloc,
        "pathname": "/socket.io",
        "protocol": "wss" if parts.scheme == "https" else "ws",
    }


def _message(name: str, summary: str, payload: Json) -> Json:
    return {"name": name, "title": name, "summary": summary, "payload": payload}


def _refs(base: str, names: Any) -> Json:
    return {name: {"$ref": f"{base}/{name.replace('/', '~1')}"} for name in names}


def _operations(outgoing: list[str], incoming: list[str]) -> Json:
    channel = {"$ref": "#/channels/socket"}

    def message(name: str) -> Json:
        return {"$ref": f"#/channels/socket/messages/{name}"}

    sends = {
        f"send_{name}": {"action": "send", "channel": channel, "messages": [message(name)]}
        for name in outgoing
    }
    receives = {
        f"receive_{name}": {
            "action": "receive",
            "channel": channel,
            "messages": [message(name)],
            "reply": {"channel": channel, "messages": [message("acknowledgement")]},
        }
        for name in incoming
    }
    return sends | receives


class _Schemas:
    """JSON schemas of marshmallow ones, by the library that makes the OpenAPI document too."""

    def __init__(self) -> None:
        plugin = MarshmallowPlugin()
        self.spec = APISpec("METAIA", "1", "3.1.0", plugins=[plugin])
        self.resolver = plugin.resolver

    def ref(self, schema: type[MarshmallowSchema]) -> Json:
        assert self.resolver is not None  # noqa: S101
        reference: Json = self.resolver.resolve_schema_dict(schema)  # type: ignore[no-untyped-call]
        return reference

    def all(self) -> Json:
        schemas: Json = self.spec.to_dict()["components"]["schemas"]
        return schemas
