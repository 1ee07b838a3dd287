"""Identifiers: UUID v7 as strings. Unguessable (74 random bits) and sorted by time, which keeps indexes compact."""

from __future__ import annotations

import uuid_utils
from werkzeug.routing import UUIDConverter


def new_id() -> str:
    """Return a fresh UUID v7 (RFC 9562)."""
    return str(uuid_utils.uuid7())


class IdConverter(UUIDConverter):
    """`<id:order_id>` in a route: anything that is not an id is simply not found."""

    def to_python(self, value: str) -> str:  # type: ignore[override]
        return value.lower()

    def to_url(self, value: object) -> str:
        return str(value)
