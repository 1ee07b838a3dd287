"""Building blocks of the AsyncAPI document."""

from __future__ import annotations

from collections.abc import Iterable

from apispec import APISpec
from marshmallow import Schema as MarshmallowSchema

from metaia.core.json import Json
from metaia.core.openapi.document import Schemas as MarshmallowSchemas


def message(name: str, summary: str, payload: Json) -> Json:
    """Return a Message Object."""
    return {"name": name, "title": name, "summary": summary, "payload": payload}


def refs(base: str, names: Iterable[str]) -> Json:
    """Return references to `names` under `base`."""
    return {name: {"$ref": f"{base}/{name.replace('/', '~1')}"} for name in names}


def servers(name: str) -> list[Json]:
    """Return the list of servers of a channel, which has one."""
    return [{"$ref": f"#/servers/{name}"}]


def sends(channel: str, name: str) -> Json:
    """Return the operation by which the server sends the message `name`."""
    to = f"#/channels/{channel}"
    return {"action": "send", "channel": {"$ref": to}, "messages": [{"$ref": f"{to}/messages/{name}"}]}


class Schemas:
    """JSON schemas of marshmallow schemas, made by apispec as in the OpenAPI document."""

    def __init__(self) -> None:
        plugin = MarshmallowSchemas()
        self.spec = APISpec("METAIA", "1", "3.1.0", plugins=[plugin])
        self.converter, self.resolver = plugin.converter, plugin.resolver

    def ref(self, schema: type[MarshmallowSchema]) -> Json:
        """Return a reference to the JSON schema of `schema`."""
        assert self.resolver is not None  # noqa: S101
        reference: Json = self.resolver.resolve_schema_dict(schema)  # type: ignore[no-untyped-call]
        return reference

    def all(self) -> Json:
        """Return all schemas that `ref` was called with, by name."""
        schemas: Json = self.spec.to_dict()["components"]["schemas"]
        return schemas

    def inline(self, schema: type[MarshmallowSchema]) -> Json:
        """Return a JSON schema itself, for one that is used in one place only."""
        assert self.converter is not None  # noqa: S101
        found: Json = self.converter.schema2jsonschema(schema())  # type: ignore[no-untyped-call]
        return found
