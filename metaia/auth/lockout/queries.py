"""Every select on delays after failed logins."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from metaia.auth.lockout.models import LoginDelay
from metaia.core import db
from metaia.core.db import AnyRow


def delays(subjects: Collection[str], *, for_update: bool = False) -> list[AnyRow]:
    """Return the rows of these subjects; with `for_update`, row-locked until the running transaction ends."""
    query = select(LoginDelay.__table__).where(LoginDelay.subject.in_(subjects))
    return db.fetch_all(query.order_by(LoginDelay.subject).with_for_update() if for_update else query)
