"""The JSON of a user."""

from __future__ import annotations

from typing import Any

from metaia.core.http.presenters import presenter
from metaia.users.queries import Person
from metaia.users.schemas import UserOut

user = presenter(UserOut, computed={"email_verified": lambda person: person.email_verified_at is not None})


def conflict(person: Person) -> dict[str, Any]:
    """Return the `details` of a 409: the current account."""
    return {"version": person.version, "user": user(person)}
