"""How long caches keep an answer. The default is not at all: core/http/edge/security_headers.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, request

FOREVER = "public, max-age=31536000, immutable"  # a year, for addresses with a hash of the content
CHECKED = "public, no-cache"  # caches ask each time, and get 304 if nothing has changed
UNCHANGED = (304, None, "Unchanged since the answer with the ETag in `If-None-Match`.")


def checked(view: Callable[..., Any]) -> Callable[..., Response]:
    """Make a view's answer, which is the same for all callers, one that caches keep and check by its `ETag`."""

    @wraps(view)
    def conditional(*args: Any, **kwargs: Any) -> Response:
        response = current_app.make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = CHECKED
        response.add_etag(weak=True)  # of all its encodings
        response.make_conditional(request)
        return response

    return conditional
