"""Names of rooms: connections join rooms, and the audience of an event is a list of rooms."""

from __future__ import annotations

from metaia.core.access.permissions import STAFF as STAFF_ROLES

EVERYONE = "everyone"  # every connection is in it, whatever its user


def user(user_id: str) -> str:
    """Return the room of all connections of one user."""
    return f"user-{user_id}"


def role(name: str) -> str:
    """Return the room of all users of a role. Personal data may go there only for roles of staff."""
    return f"{name}-room"


def subject(kind: str, subject_id: str) -> str:
    """Return the room of one object, such as `order-{id}`; also the `subject` of its events and audit entries."""
    return f"{kind}-{subject_id}"


STAFF = tuple(role(name) for name in sorted(STAFF_ROLES))
