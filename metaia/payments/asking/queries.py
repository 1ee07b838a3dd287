"""Selects on questions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, cast, exists, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.payments.asking.models import PaymentQuestionRow
from metaia.payments.models import PaymentRow


def abandoned(opened_before: datetime, limit: int) -> list[AnyRow]:
    """Return id and provider of payments that were opened before a time, are open, and of which no end is planned."""
    row, question = PaymentRow, PaymentQuestionRow
    planned = exists().where(
        question.provider == row.provider,
        question.about == "ending",
        question.reference == cast(row.id, String),
    )
    query = select(row.id, row.provider).where(row.open, row.created_at < opened_before, ~planned)
    return db.fetch_all(query.order_by(row.created_at).limit(limit))


def questions(ids: Collection[str]) -> list[AnyRow]:
    """Return questions in the order of their ids."""
    row = PaymentQuestionRow
    return db.fetch_all(select(row.__table__).where(among(row.id, ids)).order_by(row.id))
