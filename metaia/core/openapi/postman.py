"""The Postman collection (format 2.1.0), generated from the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from metaia.core import json
from metaia.core.http import idempotency
from metaia.core.json import Json
from metaia.core.openapi.examples import NAMED, TEXTS, example

FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("get", "post", "put", "patch", "delete")
START = "Start here"
PEOPLE = ("customer", "tailor", "delivery", "admin")
# After each request: keep the tokens of a login, and the id of each thing in an answer, as `orderId`.
KEEP = (
    "const json = (pm.response.headers.get('Content-Type') || '').startsWith('application/json');",
    "const data = (json && pm.response.json().data) || {};",
    "const keep = (name, value) => value && pm.collectionVariables.set(name, value);",
    "keep('accessToken', data.accessToken);",
    "keep('refreshToken', data.refreshToken);",
    "if (data.accessToken && data.user) keep(`${data.user.role}Id`, data.user.id);",
    "for (const [name, value] of Object.entries(data)) keep(`${name}Id`, value && value.id);",
)
# Variables in bodies, by the name of a property.
FILLED = {"refreshToken": "refreshToken", "deliveryPartnerId": "deliveryId"}

HEADERS = {idempotency.HEADER: "{{$guid}}"}  # a new value for each request


def collection(document: Json, base_url: str) -> Json:
    """Return the collection of an OpenAPI document: logins of the demo users, then a folder per tag.

    Its variables have the tokens and the ids that the latest answers have shown.
    """
    folders: dict[str, list[Json]] = {}
    for path, method, operation in _operations(document):
        folders.setdefault(operation["tags"][0], []).append(_item(document, path, method, operation))
    token = {"key": "token", "value": "{{accessToken}}", "type": "string"}
    return {
        "info": {
            "name": document["info"]["title"],
            "description": document["info"].get("description", ""),
            "schema": FORMAT,
            "version": document["info"]["version"],
        },
        "item": [
            {"name": START, "item": [_login(person) for person in PEOPLE]},
            *({"name": name, "item": items} for name, items in folders.items()),
        ],
        "auth": {"type": "bearer", "bearer": [token]},
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": list(KEEP)}}],
        "variable": _variables(document, base_url),
    }


def _login(person: str) -> Json:
    body = {"email": f"{person}@metaia.example", "password": "{{password}}"}
    request = {
        "method": "POST",
        "url": _url("/api/auth/login", [], []),
        "header": [],
        "description": "Keeps the tokens in `accessToken` and `refreshToken`; all other requests use them.",
        "auth": {"type": "noauth"},
        "body": _raw(body),
    }
    return {"name": f"Log in as {person}", "request": request, "response": []}


def _variables(document: Json, base_url: str) -> list[Json]:
    """Return the variables with their first values. Ids lead nowhere until an answer has shown one."""
    ids = {
        variable_of(parameter["name"])
        for path, _, operation in _operations(document)
        for parameter in operation["parameters"]
        if parameter["in"] == "path"
        and (parameter["name"].endswith("_id") or not _is_segment(path, parameter))
    }
    ids |= {f"{person}Id" for person in PEOPLE}
    tokens = {"accessToken": "", "refreshToken": NAMED["refreshToken"], "password": NAMED["password"]}
    values = {"baseUrl": base_url} | tokens | dict.fromkeys(sorted(ids), TEXTS["uuid"])
    return [{"key": key, "value": value, "type": "string"} for key, value in values.items()]


def variable_of(parameter: str) -> str:
    """Return the variable of a path's parameter: `order_id` is `orderId`."""
    first, *others = parameter.split("_")
    return first + "".join(part.title() for part in others)


def _raw(body: Json) -> Json:
    filled = {name: f"{{{{{FILLED[name]}}}}}" if name in FILLED else value for name, value in body.items()}
    return {"mode": "raw", "raw": json.dumps(filled), "options": {"raw": {"language": "json"}}}


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
        request["body"] = _raw(body["example"])
    return {"name": operation["summary"], "request": request, "response": []}


def _parameter(document: Json, parameter: Json) -> Json:
    """Return a parameter, disabled if it is optional."""
    name = parameter["name"]
    if parameter["in"] == "path" and name.endswith("_id"):
        return {"key": name, "value": f"{{{{{variable_of(name)}}}}}", "description": ""}
    found = HEADERS.get(name) or example(document, parameter["schema"])
    values = found if isinstance(found, list) else [] if found is None else [found]
    value = ",".join(map(str, values))
    shown = {"key": name, "value": value, "description": parameter.get("description", "")}
    return shown if parameter.get("required") else shown | {"disabled": True}


def _url(path: str, variables: list[Json], query: list[Json]) -> Json:
    parts = [_segment(part) for part in path.strip("/").split("/")]
    variables = [each for each in variables if _is_segment(path, {"name": each["key"]})]
    raw = "/".join(("{{baseUrl}}", *parts))
    return {"raw": raw, "host": ["{{baseUrl}}"], "path": parts, "query": query, "variable": variables}


def _is_segment(path: str, parameter: Json) -> bool:
    """Return whether a parameter is a whole segment of a path. Postman has path variables for no others."""
    return f"{{{parameter['name']}}}" in path.split("/")


def _segment(part: str) -> str:
    """Return `:name` for `{name}`, and a variable of the collection in a segment like `{name}.ics`."""
    if re.fullmatch(r"{\w+}", part):
        return f":{part[1:-1]}"
    return re.sub(r"{(\w+)}", lambda found: f"{{{{{variable_of(found[1])}}}}}", part)
