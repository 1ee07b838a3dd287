"""Presence as clients see it."""

from __future__ import annotations


def presence(user: str, status: str) -> dict[str, str]:
    """Return the status of `user`, which is written "role id"."""
    role, _, user_id = user.partition(" ")
    return {"userId": user_id, "role": role, "status": status}
