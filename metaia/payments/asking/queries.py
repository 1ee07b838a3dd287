"""Selects on questions."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.payments.asking.models import PaymentQuestionRow


def questions(ids: Collection[str]) -> list[AnyRow]:
    """Return questions in the order of their ids."""
    row = PaymentQuestionRow
    return db.fetch_all(select(row.__table__).where(among(row.id, ids)).order_by(row.id))
