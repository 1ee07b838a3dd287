"""The JSON of accounts and audit entries, for staff."""

from __future__ import annotations

from typing import Any

from metaia.admin.schemas import AccountOut, EntryOut
from metaia.core.http.presenters import presenter
from metaia.users import presenters as user_presenters
from metaia.users.queries import Person

Json = dict[str, Any]


account = presenter(AccountOut, computed=user_presenters.COMPUTED)


entry = presenter(EntryOut, computed={"hash": lambda row: row.hash.hex() if row.hash else None})


def conflict(person: Person) -> Json:
    """Return the `details` of a 409: the current account."""
    return {"version": person.version, "user": account(person)}
