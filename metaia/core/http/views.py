"""The HTTP edge: what every blueprint, body and answer has in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar

import flask_smorest
import orjson
from flask import Response
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields, validate

from metaia.core.access.actor import current
from metaia.core.errors import Forbidden
from metaia.core.http.bodies import Parser
from metaia.core.http.fields import Schema, camel
from metaia.core.http.rate_limits import CONNECT, LOGIN, MAIL, READ, UPLOAD, WEBHOOK, WRITE, Entrance

__all__ = ["CONNECT", "LOGIN", "MAIL", "READ", "UPLOAD", "WEBHOOK", "WRITE"]
View = TypeVar("View", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A domain's routes. Every route needs a valid access token unless it is marked `@public`."""

    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Read arguments by `schema`; webargs would make a new instance of a class for each request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)


def public(view: View) -> View:
    """Mark a route that anybody may call; tests/test_architecture.py holds the list."""
    view.public = True  # type: ignore[attr-defined]
    documented = getattr(view, "_apidoc", {})
    view._apidoc = documented | {"manual_doc": documented.get("manual_doc", {}) | {"security": []}}  # type: ignore[attr-defined]
    return view


def rated(entrance: Entrance) -> Callable[[View], View]:
    """Give a route its class: READ, WRITE, LOGIN …, which say how often one may come and how large a body may be."""

    def decorate(view: View) -> View:
        view.entrance = entrance  # type: ignore[attr-defined]
        return view

    return decorate


def needs(permission: str) -> Callable[[View], View]:
    """Let only roles with `permission` call a route: see core/access/permissions.py. Raises Forbidden for others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if not current().may(permission):
                raise Forbidden
            return view(*args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate


def even_when(*states: Literal["read_only", "limited"]) -> Callable[[View], View]:
    """Let a route be called where others are refused: in a read-only session, or without the second factor."""

    def decorate(view: View) -> View:
        view.even_when = states  # type: ignore[attr-defined]
        return view

    return decorate


class Meta(Schema):
    """Beside `data` in the answer of a list."""

    next_cursor = fields.String(required=True, allow_none=True)


def envelope(
    name: str, *, meta: type[MarshmallowSchema] | None = None, **data: Any
) -> type[MarshmallowSchema]:
    """Return the schema of a successful answer: `{"status": "success", "data": {…}, "meta": {…}}`."""
    inner = Schema.from_dict(data, name=f"{name}Data")
    return raw_envelope(name, fields.Nested(inner, required=True), meta=meta)


def raw_envelope(
    name: str, data: fields.Field[Any], *, meta: type[MarshmallowSchema] | None = None
) -> type[MarshmallowSchema]:
    """Return the schema of a successful answer whose `data` is one thing without a name."""
    parts: dict[str, Any] = {
        "status": fields.String(required=True, validate=validate.OneOf(["success"])),
        "data": data,
    }
    if meta is not None:
        parts["meta"] = fields.Nested(meta, required=True)
    return Schema.from_dict(parts, name=name)


def answer(*, status: int = 200, meta: dict[str, Any] | None = None, **data: Any) -> Response:
    """Return a successful answer. Names in `data` and `meta` go out in camelCase; the values are ready for JSON."""
    return raw_answer({camel(key): value for key, value in data.items()}, status=status, meta=meta)


def raw_answer(data: Any, *, status: int = 200, meta: dict[str, Any] | None = None) -> Response:
    """Return a successful answer whose `data` is one thing without a name."""
    body: dict[str, Any] = {"status": "success", "data": data}
    if meta is not None:
        body["meta"] = {camel(key): value for key, value in meta.items()}
    return Response(orjson.dumps(body), status, mimetype="application/json")
