"""The selects of this domain: the audit log. Users and their data are read through the queries of their domains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from metaia.core import db
from metaia.core.audit.log import AuditEntry
from metaia.core.db import AnyRow
from metaia.core.http import pagination

SORTABLE: pagination.Sortable = {"at": AuditEntry.at}


def audit_page(
    *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return one page of the audit log, and the next page's cursor."""
    conditions: dict[str, Any] = {
        "actor": lambda value: AuditEntry.actor_id == value,
        "subject": lambda value: AuditEntry.subject == value,
        "action": lambda value: AuditEntry.action == value,
        "from_": lambda value: AuditEntry.at >= value,
        "to": lambda value: AuditEntry.at < value,
    }
    query = select(AuditEntry.__table__).where(*(conditions[name](value) for name, value in filters.items()))
    query = pagination.page(
        query, sort=sort, sortable=SORTABLE, key=AuditEntry.id, limit=limit, cursor=cursor
    )
    return pagination.cut(db.fetch_all(query), sort=sort, limit=limit)
