"""The JSON of a user."""

from __future__ import annotations

from typing import Any

from metaia.core.times import rfc3339
from metaia.users.queries import Person


def user(person: Person) -> dict[str, Any]:
    """Return `person` as `schemas.UserOut` describes it."""
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "phone": person.phone,
        "role": person.role,
        "avatar": person.avatar,
        "locale": person.locale,
        "timeZone": person.time_zone,
        "emailVerified": person.email_verified_at is not None,
        "version": person.version,
        "createdAt": rfc3339(person.created_at),
    }


def conflict(person: Person) -> dict[str, Any]:
    """Return the `details` of a 409: the current account."""
    return {"version": person.version, "user": user(person)}
