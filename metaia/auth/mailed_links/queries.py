"""Every select on email tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from metaia.auth.mailed_links.models import EmailToken
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among


def email_token(token_id: str, *, for_update: bool = False) -> AnyRow | None:
    """Return an email token; with `for_update`, row-locked until the running transaction ends."""
    query = select(EmailToken.__table__).where(EmailToken.id == token_id)
    return db.fetch_one(query.with_for_update() if for_update else query)


def usable(token_ids: Iterable[str], moment: datetime) -> set[str]:
    """Return the ids of the email tokens that can still be used at `moment`."""
    current = (EmailToken.used_at.is_(None), EmailToken.expires_at > moment)
    return {
        row.id for row in db.fetch_all(select(EmailToken.id).where(among(EmailToken.id, token_ids), *current))
    }


def count_since(user_id: str, purpose: str, moment: datetime) -> int:
    """Return how many email tokens were issued to a user for a purpose since `moment`."""
    own = (EmailToken.user_id == user_id, EmailToken.purpose == purpose, EmailToken.created_at > moment)
    return int(db.fetch_value(select(func.count()).where(*own)))


def change_confirmed(user_id: str, purpose: str, change: str) -> bool:
    """Return whether the token of `purpose` for a change of e-mail address was used: that mailbox has confirmed it.

    `change` is the id that the tokens of both mailboxes share.
    """
    used = (
        EmailToken.user_id == user_id,
        EmailToken.purpose == purpose,
        EmailToken.used_at.is_not(None),
    )
    return (
        db.fetch_one(select(EmailToken.id).where(*used, EmailToken.data["change"].astext == change))
        is not None
    )
