"""Optimistic concurrency: `expectedVersion` in the body or `If-Match` in the header."""

from __future__ import annotations

import re

from flask import request

from metaia.core.errors import Invalid

HEADER = "If-Match"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "description": "The version you have seen, as in `ETag`; a newer one is 409 (`expectedVersion` does the same).",
    "schema": {"type": "string", "examples": ['"3"']},
}
FIELD = "expectedVersion"  # a body that has it may have the header instead
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"|(\d{1,9})')


def expected(given: int | None) -> int | None:
    """Return the version this request expects, or None if it expects none.

    Raises Invalid if the header is not a version of ours, or contradicts the body.
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
