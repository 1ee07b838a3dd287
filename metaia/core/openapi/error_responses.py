"""The error statuses of each operation: most follow from the route's declaration, `fails` adds the domain's own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from apispec import BasePlugin
from flask import Flask
from werkzeug.routing import Rule

from metaia.core.http import endpoint, etags, idempotency
from metaia.core.http.edge.middleware import ANY_HOST_PATHS, CONNECTION_PATHS
from metaia.core.json import Json

# Names that a later Python changes: the documents must not depend on the version.
NAMES = {HTTPStatus(413): "REQUEST_ENTITY_TOO_LARGE", HTTPStatus(422): "UNPROCESSABLE_ENTITY"}
PAGE = "_PAGE"  # suffix of the error responses of pages


class ErrorStatuses(BasePlugin):
    """Adds the error statuses to each operation; runs after the plugins that add parameters."""

    def __init__(self, app: Flask) -> None:
        self._views = app.view_functions

    def operation_helper(self, operations: Json, rule: Rule, **_: Any) -> None:  # type: ignore[override]
        view = self._views[rule.endpoint]
        for method, operation in operations.items():
            suffix = PAGE if endpoint.of(view).page else ""
            given = {str(status): answer for status, answer in operation["responses"].items()}
            for status in sorted(_statuses(method.upper(), operation, view, rule)):
                given.setdefault(str(status), HTTPStatus(status).name)
            for code, answer in given.items():
                if isinstance(answer, str) and code.isdigit():
                    given[code] = name(HTTPStatus(int(code))) + suffix
            operation["responses"] = given


def name(status: HTTPStatus) -> str:
    """Return the name of the error response for a status."""
    return NAMES.get(status, status.name)


def _statuses(method: str, operation: Json, view: Any, rule: Rule) -> set[int]:
    found = {429} | endpoint.of(view).fails
    if not rule.rule.startswith(ANY_HOST_PATHS):
        found |= {400}  # wrong Host
    if rule.rule.startswith(CONNECTION_PATHS):
        found |= {403}  # wrong Origin
    if rule.arguments:
        found |= {404}
    return found | _access_errors(method, operation, view) | _input_errors(method, operation, view)


def _access_errors(method: str, operation: Json, view: Any) -> set[int]:
    if operation.get("security") == []:
        return set()
    declared = endpoint.of(view)
    allowed = declared.allowed_for
    every_user = "mfa_pending" in allowed and (method == "GET" or "read_only" in allowed)
    return {401, 503} | (set() if every_user and declared.permission is None else {403})


def _input_errors(method: str, operation: Json, view: Any) -> set[int]:
    given = {p.get("name") for p in operation.get("parameters", []) if p.get("in") != "path"}
    body = operation.get("requestBody", {}).get("content", {})
    found = {422} if given or body else set()
    if {idempotency.HEADER, etags.HEADER} & given:
        found |= {409}
    if "application/json" in body:
        found |= {415}
    if method != "GET":
        found |= {408, 413}
    if endpoint.of(view).limit.name != endpoint.READ.name:
        found |= {503}  # it writes
    return found
