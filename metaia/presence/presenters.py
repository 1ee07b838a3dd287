"""Presence as clients see it."""

from __future__ import annotations

from metaia.users.queries import Person


def presence(user: str, status: str) -> dict[str, str]:
    """Return the status of `user`, which is written "role id"."""
    role, _, user_id = user.partition(" ")
    return {"userId": user_id, "role": role, "status": status}


def courier(person: Person, status: str | None) -> dict[str, str | None]:
    """Return a courier as shown to those that assign orders: no contact data."""
    return {"id": person.id, "name": person.name, "status": status}
