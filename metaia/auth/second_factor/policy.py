"""Which roles must have a second factor."""

from __future__ import annotations

from flask import current_app

from metaia.core.access.permissions import STAFF


def is_required(role: str) -> bool:
    """Return whether users with `role` need a second factor before anything else (setting REQUIRE_SECOND_FACTOR)."""
    return current_app.config["REQUIRE_SECOND_FACTOR"] and role in STAFF
