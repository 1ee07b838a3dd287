"""How a session is shown to clients."""

from __future__ import annotations

from typing import Any

from metaia.auth.sessions.schemas import SessionOut
from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.times import rfc3339

_session = presenter(SessionOut, without=["current", "impersonated_by"])


def session(row: AnyRow, current: str | None) -> dict[str, Any]:
    """Return a row of `queries.open_sessions` as `schemas.SessionOut` describes it.

    `current` is the id of the caller's session, or None if the caller looks at another user's sessions.
    """
    staff = {"id": row.impersonator_id, "name": row.impersonator_name, "role": row.impersonator_role}
    return _session(row) | {
        "current": row.id == current,
        "impersonatedBy": staff if row.impersonator_id else None,
    }


def exported(row: AnyRow) -> dict[str, Any]:
    """Return a session for its user's data export, which also contains ended sessions."""
    return _session(row) | {"endedAt": rfc3339(row.ended_at), "endedBecause": row.ended_because}
