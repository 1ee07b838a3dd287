"""The version that a request expects: `expectedVersion` in the body or the header `If-Match`."""

from __future__ import annotations

import re

from flask import request

from metaia.core import versions

HEADER = "If-Match"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "description": "The version that you read (`ETag`), or a list; 409 if the row has none of them. "
    "Same as `expectedVersion`.",
    "schema": {"type": "string", "examples": ['"3"']},
}
LONGEST_TAG = 100  # characters
FIELD = "expectedVersion"  # routes with this field in their body also accept the header
# A tag in a list: in doubled quotes, as some clients escape them, in quotes, or without.
_MEMBER = re.compile(r'(?:W/)?""[^",]*""|"(?:W/)?\\?"[^",]+""|[^,"]*"[^"]*"[^,"]*|[^,]+', re.IGNORECASE)
_QUOTE = r"(?:\\?[\"']|&quot;|%22)"
# What compressing proxies append: `"3-gzip"` (Apache), `"3--gzip"` (Jetty), `"3;br"`; outside of the quotes, too.
_CODED = r"(?:(?:--?|[;:._+])(?:x-gzip|gzip|gz|brotli|br|deflate|df|zstd|zst|compress|identity))*"
_TAG = re.compile(
    rf"(?:W/)*(?P<opened>{_QUOTE}*)(?:W/)*{_QUOTE}*(?P<version>0|[1-9][0-9]{{0,9}}){_CODED}"
    rf"(?P<closed>{_QUOTE}*){_CODED}",
    re.IGNORECASE,
)


def expected(given: int | None) -> versions.Expected:
    """Return the versions that this request accepts, or None. `given` is the version in the body.

    A tag that is no version of ours cannot match, so it adds none; header and body must both be met.
    """
    body = None if given is None else frozenset({given})
    header = request.headers.get(HEADER, "").strip()
    if not header or header == "*":
        return body
    accepted = parse(header)
    return accepted if body is None else accepted & body


def is_known(version: int) -> bool:
    """Return whether this request has the version in `If-None-Match`: the client has already read it."""
    header = request.headers.get("If-None-Match", "").strip()
    return header == "*" or version in parse(header)


def parse(header: str) -> frozenset[int]:
    """Return the versions in a list of entity tags, also of tags that proxies have rewritten.

    A weak tag counts as a strong one, although RFC 9110 does not let it match: compressing proxies weaken tags, and a
    version identifies a row whatever its encoding.
    """
    members = (member.strip() for member in _MEMBER.findall(header))
    matches = (_TAG.fullmatch(member) for member in members if len(member) <= LONGEST_TAG)
    return frozenset(
        int(tag["version"]) for tag in matches if tag and bool(tag["opened"]) == bool(tag["closed"])
    )
