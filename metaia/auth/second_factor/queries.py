"""Every select on second factors and recovery codes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from metaia.auth.second_factor.models import RecoveryCode, SecondFactor
from metaia.core import db
from metaia.core.db import AnyRow


def second_factor(user_id: str) -> AnyRow | None:
    """Return a user's second factor, confirmed or not."""
    return db.fetch_one(select(SecondFactor.__table__).where(SecondFactor.user_id == user_id))


def page(after: str, limit: int = 500) -> Sequence[AnyRow]:
    """Return (user_id, secret) of the next second factors in the order of user ids, after the user id `after`."""
    columns = select(SecondFactor.user_id, SecondFactor.secret).order_by(SecondFactor.user_id).limit(limit)
    return db.fetch_all(columns.where(SecondFactor.user_id > after) if after else columns)


def is_enabled(user_id: str) -> bool:
    """Return whether a user has a confirmed second factor."""
    factor = second_factor(user_id)
    return factor is not None and factor.confirmed_at is not None


def recovery_codes_left(user_id: str) -> int:
    """Return how many of a user's recovery codes have not been used."""
    own = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return int(db.fetch_value(select(func.count()).where(*own)))
