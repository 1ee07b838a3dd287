"""The HTTP edge: what every blueprint, body and answer has in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar

import flask_smorest
import orjson
from flask import Request, Response, current_app, request
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields, validate
from webargs.flaskparser import FlaskParser

from metaia.core.actor import current
from metaia.core.errors import Forbidden, Invalid, TooLarge, Unreadable, UnsupportedMedia, declare, flatten
from metaia.core.schema import Schema, camel
from metaia.extensions import limiter

View = TypeVar("View", bound=Callable[..., Any])

READ, WRITE, LOGIN = "600 per minute", "120 per minute", "20 per minute"
WEBHOOK = "12000 per minute"  # vendors come from few addresses, and do not all come back
declare({"invalid_json": "The body is not JSON."})


class Parser(FlaskParser):
    """Reads arguments strictly: JSON only as JSON, unknown query parameters refused, errors in our own shape."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)

    def load_json(self, req: Any, schema: Any) -> Any:  # noqa: ARG002
        body = read_body(req)
        if not body:
            return {}
        if not req.is_json:
            raise UnsupportedMedia
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Unreadable(f"The body is not JSON: {error}.", code="invalid_json") from None

    def handle_error(self, error: Any, *_: Any, **__: Any) -> Any:
        messages = next(iter(error.messages.values()))  # by location; only one is read at a time
        raise Invalid(details=flatten(messages)) from None


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


def rated(limit: str) -> Callable[[View], View]:
    """Give a route its rate limit, counted by user where there is one and by address otherwise."""
    decorate: Callable[[View], View] = limiter.limit(limit)  # type: ignore[assignment]
    return decorate


def body_up_to(size: int) -> Callable[[View], View]:
    """Let a route take bodies of other sizes (in bytes) than MAX_CONTENT_LENGTH."""

    def decorate(view: View) -> View:
        view.body_up_to = size  # type: ignore[attr-defined]
        return view

    return decorate


def needs(permission: str) -> Callable[[View], View]:
    """Let only roles with `permission` call a route: see core/permissions.py. Raises Forbidden for others."""

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


def check_length() -> None:
    """Refuse a body that says it is too large before a byte of it is read."""
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "body_up_to", request.max_content_length)
    limit = request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        raise _too_large(limit)


def read_body(req: Request) -> bytes:
    """Return the body. Raises TooLarge: one that does not say its length is cut at the limit without a word."""
    body = req.get_data(cache=True)
    limit = req.max_content_length
    if limit is not None and req.content_length is None and len(body) >= limit:
        raise _too_large(limit)
    return body


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have {limit} bytes at most.")
