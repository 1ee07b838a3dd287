"""Examples of bodies and parameters: valid by their schema, and plausible where a name states what is meant."""

from __future__ import annotations

from typing import Any

from metaia.core.json import Json

TEXTS = {
    "uuid": "01890a5d-ac96-774b-bcce-b302099a8057",
    "email": "customer@metaia.example",
    "date-time": "2030-01-01T12:00:00Z",
}
# By the name of a property without a closed set of values.
NAMED: Json = {
    "code": "123456",
    "email": "customer@metaia.example",
    "estimatedPickupTime": "18:30",
    "estimatedTime": 45,
    "message": "Thank you.",
    "name": "Asha Rao",
    "password": "metaia-demo",
    "currentPassword": "metaia-demo",
    "reason": "By telephone, ticket 4711.",
    "refreshToken": "the-refresh-token-of-your-login",
    "title": "Ten percent off",
    "token": "the-token-of-a-mailed-link",
}
CLOSED = frozenset({"$ref", "enum", "examples", "const"})


def example(document: Json, schema: Json) -> Any:
    """Return a value that is valid by `schema`: with what is required, or else with what there is a named value for."""
    if "$ref" in schema:
        return example(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for given in ("default", "const"):
        if given in schema:
            return schema[given]
    for choice in ("enum", "examples"):
        if choice in schema:
            return schema[choice][0]
    for parts in ("allOf", "anyOf", "oneOf"):
        if parts in schema:
            return example(document, schema[parts][0])
    return _of_type(document, schema)


def _of_type(document: Json, schema: Json) -> Any:
    kind = schema.get("type", "string")
    match kind if isinstance(kind, str) else kind[0]:
        case "object":
            return _object(document, schema)
        case "array":
            return [example(document, schema["items"])] * schema.get("minItems", 1)
        case "integer" | "number":
            return schema.get("minimum", schema.get("maximum", 1))
        case "boolean":
            return False
        case _:
            text = TEXTS.get(schema.get("format", ""), "text")
            return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def _object(document: Json, schema: Json) -> Json:
    properties = schema.get("properties", {})
    chosen = schema.get("required") or [name for name in properties if _is_named(name, properties[name])]
    return {name: _value(document, name, properties[name]) for name in chosen or list(properties)[:1]}


def _value(document: Json, name: str, schema: Json) -> Any:
    if _is_named(name, schema):
        return NAMED[name]
    found = example(document, schema)
    without_default = {key: value for key, value in schema.items() if key != "default"}
    return example(document, without_default) if found is None else found


def _is_named(name: str, schema: Json) -> bool:
    return name in NAMED and not CLOSED & schema.keys()
