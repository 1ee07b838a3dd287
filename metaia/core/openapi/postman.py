"""The Postman collection (format 2.1.0), generated from the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metaia.core import json
from metaia.core.json import Json

FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("get", "post", "put", "patch", "delete")
TEXTS = {
    "uuid": "01890a5d-ac96-774b-bcce-b302099a8057",
    "email": "user@example.com",
    "date-time": "2030-01-01T12:00:00Z",
}
KEEP_TOKEN = (
    "const json = pm.response.headers.get('Content-Type') === 'application/json';",
    "const token = json && pm.response.json().data?.accessToken;",
    "if (token) pm.collectionVariables.set('accessToken', token);",
)


def collection(document: Json, base_url: str) -> Json:
    """Return the collection of an OpenAPI document: a folder per tag. A script stores the token of a login."""
    folders: dict[str, list[Json]] = {}
    for path, method, operation in _operations(document):
        folders.setdefault(operation["tags"][0], []).append(_item(document, path, method, operation))
    token = {"key": "token", "value": "{{accessToken}}", "type": "string"}
    return {
        "info": {"name": document["info"]["title"], "schema": FORMAT, "version": document["info"]["version"]},
        "item": [{"name": name, "item": items} for name, items in folders.items()],
        "auth": {"type": "bearer", "bearer": [token]},
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": list(KEEP_TOKEN)}}],
        "variable": [
            {"key": "baseUrl", "value": base_url, "type": "string"},
            {"key": "accessToken", "value": "", "type": "string"},
        ],
    }


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield the path, method and operation of all requests that Postman supports, that is no WebSockets."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item and "101" not in item[method]["responses"]:
                shared = {"parameters": item.get("parameters", []) + item[method].get("parameters", [])}
                yield path, method, item[method] | shared


def _item(document: Json, path: str, method: str, operation: Json) -> Json:
    given: dict[str, list[Json]] = {"path": [], "query": [], "header": []}
    for parameter in operation["parameters"]:
        given[parameter["in"]].append(_parameter(document, parameter))
    request: Json = {
        "method": method.upper(),
        "url": _url(path, given["path"], given["query"]),
        "header": given["header"],
        "description": operation.get("description", operation["summary"]),
    }
    if operation.get("security") == []:
        request["auth"] = {"type": "noauth"}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        text = json.dumps(body["example"])
        request["body"] = {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
    return {"name": operation["summary"], "request": request, "response": []}


def _parameter(document: Json, parameter: Json) -> Json:
    """Return a parameter, disabled if it is optional."""
    found = example(document, parameter["schema"])
    values = found if isinstance(found, list) else [] if found is None else [found]
    value = ",".join(map(str, values))
    shown = {"key": parameter["name"], "value": value, "description": parameter.get("description", "")}
    return shown if parameter.get("required") else shown | {"disabled": True}


def _url(path: str, variables: list[Json], query: list[Json]) -> Json:
    parts = [f":{part[1:-1]}" if part.startswith("{") else part for part in path.strip("/").split("/")]
    raw = "/".join(("{{baseUrl}}", *parts))
    return {"raw": raw, "host": ["{{baseUrl}}"], "path": parts, "query": query, "variable": variables}


def example(document: Json, schema: Json) -> Any:
    """Return a value that is valid by `schema`, without optional properties."""
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
            properties, required = schema.get("properties", {}), schema.get("required", [])
            return {name: example(document, properties[name]) for name in required}
        case "array":
            return [example(document, schema["items"])] * schema.get("minItems", 1)
        case "integer" | "number":
            return schema.get("minimum", schema.get("maximum", 1))
        case "boolean":
            return False
        case _:
            text = TEXTS.get(schema.get("format", ""), "text")
            return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
