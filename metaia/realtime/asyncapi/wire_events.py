"""What clients get of the log: each event type with its data, as one union that `type` discriminates."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields

from metaia.core.http.fields import Schema
from metaia.core.json import Json
from metaia.core.openapi.answer_fields import add_component
from metaia.realtime.catalogue import EVENTS


class Durable(Schema):
    """The fields that every event of the log has in addition to its payload."""

    event_id = fields.UUID(required=True)
    cursor = fields.String(required=True)


class Sync(Schema):
    """How far a client has caught up."""

    cursor = fields.String(required=True)
    replayed = fields.Integer(required=True)
    complete = fields.Boolean(required=True)
    resync = fields.Boolean(required=True)


@cache
def message(schema: type[MarshmallowSchema]) -> type[MarshmallowSchema]:
    """Return one schema with the fields of both: under `allOf`, each part would refuse the fields of the other."""
    return type(f"{schema.__name__}Message", (schema, Durable), {})


def schemas() -> dict[str, type[MarshmallowSchema]]:
    """Return the schema of each event of the log that clients get, by its name for them."""
    kinds = EVENTS.current().values()
    return {kind.wire: message(kind.schema) for kind in reversed(kinds) if kind.wire is not None}


def pascal(name: str) -> str:
    """Return `chat:message` as `ChatMessage`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W|_", name))


def union(converter: Any, name: str, *, with_sync: bool) -> Json:
    """Return a reference to the union `name` of all events as `{type, data, cursor}`."""
    kinds = {"sync": Sync} if with_sync else {}
    members = {wire: _member(converter, wire, schema) for wire, schema in (kinds | schemas()).items()}
    return add_component(converter, name, {"oneOf": list(members.values())})


def _member(converter: Any, wire: str, schema: type[MarshmallowSchema]) -> Json:
    properties = {
        "type": {"type": "string", "enum": [wire]},
        "data": converter.resolve_nested_schema(schema),
        "cursor": {"type": "string"},
    }
    whole = {"type": "object", "properties": properties, "required": list(properties)}
    return add_component(converter, f"{pascal(wire)}OnWire", whole)


class WireEvent(fields.Field[Any]):
    """One event of a page of the log."""

    def __init__(self, name: str) -> None:
        super().__init__(required=True)
        self._name = name

    def json_schema(self, converter: Any) -> Json:
        """Return a reference to the union of all events."""
        return union(converter, self._name, with_sync=False)
