"""Ids: UUID v7 (RFC 9562) as strings. They have 74 random bits, and sort by time, which keeps indexes compact."""

from __future__ import annotations

import uuid_utils
from werkzeug.routing import BaseConverter, UUIDConverter


def new_id() -> str:
    """Return a new UUID v7."""
    return str(uuid_utils.uuid7())


class IdConverter(UUIDConverter):
    """`<id:order_id>` in a route: a text that is no UUID does not match the route, which is a 404."""

    def to_python(self, value: str) -> str:  # type: ignore[override]
        return value.lower()

    def to_url(self, value: object) -> str:
        return str(value)


class WordConverter(BaseConverter):
    """`<word:…>` in a route: names of queues and ids of jobs. Scripts contain them, so few characters match."""

    regex = r"[A-Za-z0-9_-]{1,120}"
