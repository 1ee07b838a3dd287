"""Request bodies and query parameters: size limits and strict parsing."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import orjson
from flask import Request, current_app, request
from marshmallow import ValidationError
from webargs.flaskparser import FlaskParser

from metaia.core import threads
from metaia.core.errors import Invalid, TooLarge, Unreadable, UnsupportedMedia, declare, flatten
from metaia.core.http import endpoint

View = TypeVar("View", bound=Callable[..., Any])
MAX_LEVELS = 32  # nested objects and lists; stored values must be serializable again
LARGE = 100_000  # bytes; a body of more is parsed in a thread, as megabytes take some tenths of a second
declare({"invalid_json": "The body is not JSON, repeats a key, or is nested too deeply."})


class Parser(FlaskParser):
    """Parses requests strictly: only `application/json`, no repeated or unknown parameters; raises `Problem`s."""

    def use_args(
        self, argmap: Any, *_: Any, location: str | None = None, **__: Any
    ) -> Callable[[View], View]:
        """Pass the values that the schema `argmap` loads from the request to a view, like webargs in fewer steps."""
        read = getattr(self, str(self.__location_map__[location or self.location]))

        def decorate(view: View) -> View:
            @wraps(view)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                try:
                    given = argmap.load(read(request, argmap))
                except ValidationError as error:
                    raise Invalid(details=flatten(error.messages)) from None
                return view(*args, given, **kwargs)

            return wrapper  # type: ignore[return-value]

        return decorate

    def load_json(self, req: Any, schema: Any) -> Any:  # noqa: ARG002
        body = read_body(req)
        if not body:
            return {}
        if not req.is_json:
            raise UnsupportedMedia
        require_uncompressed(req)
        return threads.call(parse_strict_json, body) if len(body) > LARGE else parse_strict_json(body)

    def load_querystring(self, req: Any, schema: Any) -> Any:
        repeated = [name for name, values in req.args.lists() if len(values) > 1]
        if repeated:
            raise Invalid(details={name: ["Given more than once."] for name in repeated})
        return super().load_querystring(req, schema)


def check_length() -> None:
    """Set the size limit of the route, and raise TooLarge if Content-Length exceeds it, before the body is read."""
    file_limit = None
    if request.endpoint is not None:
        declared = endpoint.of(current_app.view_functions[request.endpoint]).limit
        request.max_content_length, file_limit = declared.max_body, declared.max_file
    limit = request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        raise _too_large(limit) if file_limit is None else file_too_large(file_limit)


def parse_strict_json(body: bytes) -> Any:
    """Return the value of a JSON body. Raises Unreadable, also for repeated keys, which parsers treat differently."""
    body = body.removeprefix(codecs.BOM_UTF8)  # .NET and PowerShell write one
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _invalid(f"The body is not JSON: {error}.") from None
    # As many colons as keys: no key is repeated. Otherwise, as with colons in texts, a slower parser checks.
    if body.count(b":") != _count_keys(value):
        json.loads(body, object_pairs_hook=_reject_duplicates, parse_int=str, parse_float=str)
    return value


def _count_keys(value: Any) -> int:
    """Return the number of keys of all objects in `value`. Raises Unreadable if it has more than MAX_LEVELS levels."""
    keys, levels, level = 0, 0, [value]
    while level := [part for part in level if isinstance(part, dict | list)]:
        levels += 1
        if levels > MAX_LEVELS:
            raise _invalid(f"At most {MAX_LEVELS} nested levels.")
        inner: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                keys += len(part)
                inner.extend(part.values())
            else:
                inner.extend(part)
        level = inner
    return keys


def _reject_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _invalid("A key is repeated.")
    return found


def _invalid(message: str) -> Unreadable:
    return Unreadable(message, code="invalid_json")


def require_uncompressed(req: Request) -> None:
    """Raise UnsupportedMedia for a compressed body: a small one may become very large."""
    if req.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMedia("Send the body uncompressed.")


def read_body(req: Request) -> bytes:
    """Return the body. Raises TooLarge; without Content-Length werkzeug would truncate the body silently."""
    body = req.get_data(cache=True)
    limit = req.max_content_length
    if limit is not None and req.content_length is None and len(body) >= limit:
        raise _too_large(limit)
    return body


def read_text(content_type: str) -> bytes:
    """Return the body of the request, which must have this content type. Raises UnsupportedMedia and TooLarge."""
    if request.mimetype != content_type:
        raise UnsupportedMedia(f"Send {content_type}.")
    require_uncompressed(request)
    return read_body(request)


def file_too_large(limit: int) -> TooLarge:
    """Return the error for a file of more than `limit` bytes."""
    return TooLarge(f"The file may have at most {limit} bytes.", details={"limit": limit})


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have at most {limit} bytes.")
