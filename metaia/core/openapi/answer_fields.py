"""Fields of answers that a library cannot describe: open objects with a name, and values that registries list.

A field with a method `json_schema(converter)` describes itself, in the OpenAPI and in the AsyncAPI document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields

from metaia.core.json import Json

OPEN = "a later release may have more"


def describe(converter: Any, field: fields.Field[Any], *, ret: Json) -> Json:
    """Return the schema that a field declares itself, instead of what apispec has found. An attribute function."""
    own = getattr(field, "json_schema", None)
    if own is None:
        return {}
    ret.clear()
    found: Json = own(converter)
    return found


def add_component(converter: Any, name: str, schema: Json) -> Json:
    """Add a named schema to the converter's document, once; return a reference to it."""
    components = converter.spec.components
    if name not in components.schemas:
        components.schema(name, schema)
    return {"$ref": f"#/components/schemas/{name}"}


class OpenObject(fields.Dict):
    """A JSON object with keys that depend on something else, under a name of its own in the document."""

    def __init__(self, name: str, description: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._name, self._description = name, description

    def json_schema(self, converter: Any) -> Json:
        """Return a reference to the named schema, or null."""
        schema = {"type": "object", "additionalProperties": True, "description": self._description}
        reference = add_component(converter, self._name, schema)
        return {"anyOf": [reference, {"type": "null"}]} if self.allow_none else reference


class Listed(fields.String):
    """One of the names that a registry has when the document is made: domains register after schemas are imported."""

    def __init__(self, names: Callable[[], Iterable[str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._names = names

    def json_schema(self, _: Any) -> Json:
        """Return the schema of a text with the names as its values; `x-open` states that others may come."""
        return {"type": "string", "enum": list(self._names()), "x-open": True, "description": OPEN}


class ConflictDetails(fields.Dict):
    """The `details` of a 409: one of `schemas`; an empty object if the request was not tried at all."""

    def __init__(self, schemas: Iterable[type[MarshmallowSchema]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._schemas = tuple(schemas)

    def json_schema(self, converter: Any) -> Json:
        """Return the union of all."""
        nothing = add_component(converter, "NoDetails", {"type": "object", "maxProperties": 0})
        return {"anyOf": [*map(converter.resolve_nested_schema, self._schemas), nothing]}
