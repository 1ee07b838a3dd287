"""Both documents type what they describe: generated clients get no `unknown` where the server knows better."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.people import World

Json = dict[str, Any]
KINDS = {"type", "$ref", "anyOf", "oneOf", "allOf", "enum"}
# Objects whose keys depend on something else: each has a name and states on what.
OPEN = {
    *(
        "AuditValues",
        "BulkFilter",
        "BulkParameters",
        "BulkValues",
        "DataExport",
        "EventPayload",
        "NotificationData",
    ),
    *("ProblemDetails", "QuoteProblem"),
}


@pytest.fixture(params=["openapi", "asyncapi"])
def document(world: World, request: pytest.FixtureRequest) -> Json:
    found: Json = world.http.get(f"{world.url}/api/{request.param}.json", timeout=30).json()
    return found


def parts(place: str, schema: Any) -> Iterator[tuple[str, Json]]:
    """Yield all schemas inside a schema, with their places."""
    yield place, schema
    for name, inner in schema.get("properties", {}).items():
        yield from parts(f"{place}.{name}", inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict) and schema[key]:
            yield from parts(f"{place}.{key}", schema[key])
    for key in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(key, []):
            yield from parts(f"{place}.{key}", inner)


def all_parts(document: Json) -> list[tuple[str, Json]]:
    named = document["components"]["schemas"].items()
    return [part for name, schema in named for part in parts(name, schema)]


def test_every_property_has_a_type(document: Json) -> None:
    assert [place for place, schema in all_parts(document) if not KINDS & schema.keys()] == []


def test_only_named_objects_are_open(document: Json) -> None:
    free = {
        place
        for place, schema in all_parts(document)
        if schema.get("type") == "object"
        and "properties" not in schema
        and schema.get("maxProperties") != 0
        and not isinstance(schema.get("additionalProperties"), dict)
    }
    assert free <= OPEN
    assert all("description" in document["components"]["schemas"][name] for name in free)


def test_one_name_means_the_same_in_both_documents(world: World) -> None:
    rest, sockets = (
        world.http.get(f"{world.url}/api/{name}.json", timeout=30).json()["components"]["schemas"]
        for name in ("openapi", "asyncapi")
    )
    assert {"OrderOut", "Problem"} <= rest.keys() & sockets.keys()
    assert [name for name in rest.keys() & sockets.keys() if rest[name] != sockets[name]] == []


def patterns(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        part = list(part.values())
    for inner in part if isinstance(part, list) else ():
        yield from patterns(inner)


def test_patterns_are_those_of_javascript(document: Json) -> None:
    assert [pattern for pattern in patterns(document) if "\\Z" in pattern or "\\A" in pattern] == []


def test_a_conflict_of_an_order_has_typed_details(world: World) -> None:
    found = world.http.get(f"{world.url}/api/openapi.json", timeout=30).json()
    for path in ("/api/orders/{order_id}/accept", "/orders/{order_id}/reject"):
        conflict = found["paths"][path]["patch"]["responses"]["409"]["content"]["application/json"]["schema"]
        assert conflict == {"$ref": "#/components/schemas/OrderConflictError"}
    refused = found["components"]["responses"]["UNPROCESSABLE_ENTITY"]["content"]["application/json"]
    assert refused["schema"] == {"$ref": "#/components/schemas/InvalidError"}


def test_an_estimate_is_minutes_or_a_text(world: World) -> None:
    found = world.http.get(f"{world.url}/api/openapi.json", timeout=30).json()["components"]["schemas"]
    for schema, name in (("Accept", "estimatedTime"), ("OrderOut", "estimatedPickupTime")):
        assert found[schema]["properties"][name]["type"] == ["integer", "string", "null"]
