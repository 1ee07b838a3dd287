"""The version that a request expects: `expectedVersion` in the body or the header `If-Match`."""

from __future__ import annotations

import re

from flask import request

from metaia.core.errors import Invalid

HEADER = "If-Match"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "description": "The version that you read (`ETag`); 409 if it has changed. Same as `expectedVersion`.",
    "schema": {"type": "string", "examples": ['"3"']},
}
FIELD = "expectedVersion"  # routes with this field in their body also accept the header
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"|(\d{1,9})')


def expected(given: int | None) -> int | None:
    """Return the version that this request expects, or None. `given` is the version in the body.

    Raises Invalid if the header is no version, or contradicts the body.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return given
    match = _ETAG.fullmatch(header)
    if match is None:
        raise Invalid(details={"If-Match": ['Must be a version like "3".']})
    version = int(match[1] or match[2])
    if given is not None and given != version:
        raise Invalid(details={"If-Match": ["Contradicts expectedVersion."]})
    return version
