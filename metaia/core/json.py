"""JSON by orjson, for Flask, JSONB columns and Socket.IO packets; and the type of JSON objects."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider

Json = dict[str, Any]  # a JSON object
EXACT = 2**53  # a float below it represents one integer only


def dumps(value: Any, **_: Any) -> str:
    """Return `value` as compact JSON text."""
    return orjson.dumps(value).decode()


def loads(text: str | bytes, **_: Any) -> Any:
    """Return the value of JSON text. Raises ValueError."""
    return orjson.loads(text)


def canonical(value: Any) -> bytes:
    """Return one text for all JSON texts of the same value: keys sorted, `1.0` as `1`, no white space.

    Used to compare values, as RFC 8785 does; its form of numbers is not needed for that.
    """
    return orjson.dumps(_with_whole_numbers(value), option=orjson.OPT_SORT_KEYS)


def _with_whole_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_whole_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    return value


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
