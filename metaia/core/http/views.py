"""The envelope of successful answers, as a schema and as a response."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields, validate

from metaia.core.http import etags
from metaia.core.http.fields import Schema, camel


class Meta(Schema):
    """The `meta` of a list's answer."""

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
    """Return the schema of a successful answer with the field `data` itself instead of named values in it."""
    parts: dict[str, Any] = {
        "status": fields.String(required=True, validate=validate.OneOf(["success"])),
        "data": data,
    }
    if meta is not None:
        parts["meta"] = fields.Nested(meta, required=True)
    return Schema.from_dict(parts, name=name)


def answer(*, status: int = 200, meta: dict[str, Any] | None = None, **data: Any) -> Response:
    """Return a successful answer. Names in `data` and `meta` become camelCase; values must be serializable."""
    return raw_answer({camel(key): value for key, value in data.items()}, status=status, meta=meta)


def answer_versioned(version: int, /, *, status: int = 200, **data: Any) -> Response:
    """Return a successful answer about one row, with the row's version as `ETag`."""
    response = answer(status=status, **data)
    response.set_etag(str(version))
    return response


def answer_if_changed(version: int, **data: Any) -> Response:
    """Return an answer about one row, or 304 if the client's `If-None-Match` has its version.

    Only for answers that depend on nothing but the row and its viewer.
    """
    return unchanged(version) if etags.is_known(version) else answer_versioned(version, **data)


def unchanged(version: int) -> Response:
    """Return a 304 for a client that has this version of a row."""
    response = Response(status=304)
    response.set_etag(str(version))
    del response.headers["Content-Type"]
    return response


def raw_answer(data: Any, *, status: int = 200, meta: dict[str, Any] | None = None) -> Response:
    """Return a successful answer with `data` itself instead of named values in it."""
    body: dict[str, Any] = {"status": "success", "data": data}
    if meta is not None:
        body["meta"] = {camel(key): value for key, value in meta.items()}
    return Response(orjson.dumps(body), status, mimetype="application/json")
