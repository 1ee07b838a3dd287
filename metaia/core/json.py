"""JSON by orjson, for Flask, JSONB columns and Socket.IO packets; and the type of JSON objects."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider

Json = dict[str, Any]  # a JSON object


def dumps(value: Any, **_: Any) -> str:
    """Return `value` as compact JSON text."""
    return orjson.dumps(value).decode()


def loads(text: str | bytes, **_: Any) -> Any:
    """Return the value of JSON text. Raises ValueError."""
    return orjson.loads(text)


class OrjsonProvider(JSONProvider):
    """The provider behind Flask's `app.json`."""

    mimetype = "application/json"

    def dumps(self, obj: Any, **_: Any) -> str:
        return dumps(obj)

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        value = self._prepare_response_obj(args, kwargs)
        return Response(orjson.dumps(value), mimetype=self.mimetype)


def init_app(app: Flask) -> None:
    """Make orjson the JSON provider of `app`."""
    app.json = OrjsonProvider(app)
