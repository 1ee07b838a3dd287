"""The JSON of a user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from metaia.core.http.presenters import presenter
from metaia.users import pictures
from metaia.users.queries import Person
from metaia.users.schemas import UserOut

COMPUTED: dict[str, Callable[[Person], Any]] = {
    "avatar": lambda person: pictures.address(person.avatar),
    "email_verified": lambda person: person.email_verified_at is not None,
}
user = presenter(UserOut, computed=COMPUTED)


def conflict(person: Person) -> dict[str, Any]:
    """Return the `details` of a 409: the current account."""
    return {"version": person.version, "user": user(person)}
