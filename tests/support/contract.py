"""The contract check: every answer must match the schema in `/api/openapi.json` for its path, method and status.

A compiled validator lets most answers pass in a fiftieth of the time. What it refuses is judged by `jsonschema`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import requests
from jsonschema import Draft202012Validator, FormatChecker

from metaia.core.json import Json

DOCUMENT = "/api/openapi.json"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_formats = FormatChecker(formats=["uuid", "email"])


@_formats.checks("date-time")
def _in_utc(value: Any) -> bool:
    return not isinstance(value, str) or _MOMENT.fullmatch(value) is not None


class Schemas:
    """Schemas that refer to the components of one document."""

    def __init__(self, components: Json) -> None:
        self._components = components
        self._compiled: dict[int, tuple[Json, jsonschema_rs.Validator]] = {}

    def problems(self, schema: Json, body: Any) -> list[str]:
        """Return where and why `body` does not match `schema`; an empty list if it does."""
        whole = {**schema, "components": self._components}
        if id(schema) not in self._compiled:  # kept with its schema, so that no other one gets this id
            compiled = jsonschema_rs.Draft202012Validator(
                whole, formats={"date-time": _in_utc}, validate_formats=True
            )
            self._compiled[id(schema)] = schema, compiled
        if self._compiled[id(schema)][1].is_valid(body):
            return []
        errors = Draft202012Validator(whole, format_checker=_formats).iter_errors(body)
        return [f"{error.json_path}: {error.message}" for error in errors]


class Contract:
    """An OpenAPI 3.1 document that answers are checked against."""

    def __init__(self, document: Json) -> None:
        self.document: Json = _closed(document)
        # As in the server, a fixed path goes before a placeholder, and `{id}.ics` before `{id}`.
        paths = sorted(self.document["paths"], key=lambda path: (path.count("{"), -len(path)))
        self._schemas = Schemas(self.document["components"])
        self._paths = [(_pattern(path), self.document["paths"][path]) for path in paths]

    def check(self, method: str, path: str, answer: requests.Response) -> None:
        """Fail unless `answer` matches the document's operation for this request."""
        request = f"{method} {path} → {answer.status_code}"
        assert "X-Request-ID" in answer.headers, request
        operation = self.operation(method, path)
        if operation is None:
            assert not answer.ok or not path.startswith(("/api/", "/orders")), f"{request}: not documented"
            schema = self.document["components"]["schemas"]["Error"]
        else:
            content = self._content(operation, answer.status_code, request)
            if not content:
                assert not answer.content, f"{request}: an answer without a schema has a body"
                return
            kind = answer.headers["Content-Type"].partition(";")[0]
            assert kind in content, f"{request}: {kind} is not documented"
            if kind != "application/json":
                return
            schema = content[kind]["schema"]
        assert answer.headers["Content-Type"] == "application/json", request
        self._validate(schema, answer.json(), request)
        assert answer.ok or answer.json()["requestId"] == answer.headers["X-Request-ID"], request

    def operation(self, method: str, path: str) -> Json | None:
        """Return the operation of a request, None if the document has none."""
        found = [operations for pattern, operations in self._paths if pattern.fullmatch(path)]
        return next((o[method.lower()] for o in found if method.lower() in o), None)

    def resolve(self, part: Json) -> Json:
        """Return `part`, or what its `$ref` points to."""
        if "$ref" not in part:
            return part
        found: Any = self.document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return self.resolve(found)

    def _content(self, operation: Json, status: int, request: str) -> Json:
        answers = operation["responses"]
        response = answers.get(str(status)) or (answers.get("default") if status == 500 else None)
        assert response, f"{request}: this status is not documented"
        content: Json = self.resolve(response).get("content", {})
        return content

    def _validate(self, schema: Json, body: Any, request: str) -> None:
        problems = [f"{request}: {problem}" for problem in self._schemas.problems(schema, body)]
        assert not problems, "\n".join(problems)


@cache
def of(url: str) -> Contract:
    """Return the contract of the server at `url`."""
    return Contract(requests.get(url + DOCUMENT, timeout=30).json())


@cache
def _events(url: str) -> tuple[Json, Schemas]:
    document = requests.get(url + "/api/asyncapi.json", timeout=30).json()
    components: Json = _closed(document["components"])
    return components["messages"], Schemas(components)


def check_acknowledgement(url: str, name: str, answer: Json) -> None:
    """Fail unless the acknowledgement of an event is what the AsyncAPI document of the server declares."""
    messages, schemas = _events(url)
    message = messages.get(f"{name}:answer")
    if message is not None:
        found = [f"{name}: {problem}" for problem in schemas.problems(message["payload"], answer)]
        assert not found, found


def check(url: str, method: str, path: str, answer: requests.Response) -> None:
    """Fail unless `answer` matches the document of the server at `url`."""
    bare = urlsplit(path).path
    if bare == DOCUMENT or bare.startswith("/api-docs"):
        return
    of(url).check(method, bare, answer)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))


def _closed(part: Any) -> Any:
    """Return a schema in which objects with declared properties may have no others."""
    if isinstance(part, list):
        return [_closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _closed(value) for key, value in part.items()}
    if part.get("type") == "object" and "properties" in part:
        closed["additionalProperties"] = False
    if part.get("x-open"):
        del closed["enum"]  # tests have types of their own
    return closed
