"""The JSON of accounts and audit entries, for staff."""

from __future__ import annotations

from typing import Any

from metaia.core.db import AnyRow
from metaia.core.times import rfc3339
from metaia.users import presenters as user_presenters
from metaia.users.queries import Person

Json = dict[str, Any]


def account(person: Person) -> Json:
    """Return `person` as `schemas.AccountOut` describes it."""
    return user_presenters.user(person) | {
        "active": person.active,
        "inactiveBecause": person.inactive_because,
    }


def entry(row: AnyRow) -> Json:
    """Return a row of the audit log as `schemas.EntryOut` describes it."""
    return {
        "number": row.number,
        "hash": row.hash.hex() if row.hash else None,
        "at": rfc3339(row.at),
        "action": row.action,
        "actorId": row.actor_id,
        "actorRole": row.actor_role,
        "impersonatorId": row.impersonator_id,
        "subject": row.subject,
        "before": row.before,
        "after": row.after,
        "address": row.address,
        "requestId": row.request_id,
    }


def conflict(person: Person) -> Json:
    """Return the `details` of a 409: the current account."""
    return {"version": person.version, "user": account(person)}
