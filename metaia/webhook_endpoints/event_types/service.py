"""The types of events that endpoints can receive: those of the catalogue that clients get."""

from __future__ import annotations

from flask import Flask, current_app

from metaia.core import threads
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.openapi.examples import example
from metaia.realtime.asyncapi import wire_events
from metaia.realtime.asyncapi.parts import Schemas
from metaia.realtime.catalogue import EVENTS, EventType
from metaia.webhook_endpoints import policy

DOCUMENT = "/api/asyncapi.json"
_BUILT = "metaia.webhook_event_types"


def names() -> list[str]:
    """Return the names of all types that clients get."""
    return [kind.name for kind in _kinds(_app())]


def require_known(patterns: list[str]) -> None:
    """Raise Invalid for patterns that no type matches."""
    if unknown := policy.unknown(patterns, names()):
        raise Invalid(details={"events": [f"No type of event matches {pattern}." for pattern in unknown]})


def described(role: str) -> list[Json]:
    """Return the types that a role can receive, with references to their JSON schemas, and examples."""
    app = _app()
    if _BUILT not in app.extensions:
        app.extensions[_BUILT] = threads.call(_describe, app)  # it takes a part of a second
    return [each for each in app.extensions[_BUILT] if role in each["roles"]]


def _describe(app: Flask) -> list[Json]:
    schemas = Schemas()
    with app.app_context():
        kinds = _kinds(app)
        refs = {kind.name: schemas.ref(wire_events.message(kind.schema)) for kind in kinds}
        document = {"components": {"schemas": schemas.all()}}
        return [_described(kind, refs[kind.name], document) for kind in kinds]


def _described(kind: EventType, ref: Json, document: Json) -> Json:
    return {
        "type": kind.name,
        "description": kind.summary,
        "audience": kind.audience,
        "schema": f"{DOCUMENT}{ref['$ref']}",
        "example": example(document, ref),
        "roles": policy.roles(kind.name),
    }


def _kinds(app: Flask) -> list[EventType]:
    return [kind for kind in EVENTS.of(app).values() if kind.wire is not None]


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy is no key
    return app
