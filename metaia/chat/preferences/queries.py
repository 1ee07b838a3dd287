"""Selects on settings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields

from sqlalchemy import select

from metaia.chat.policy import ANYONE
from metaia.chat.preferences.models import ChatSettingsRow
from metaia.core import db
from metaia.core.db.expressions import among

EVERYBODY, NOBODY = "everybody", "nobody"


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The settings of a user; the defaults are those of a user without a row."""

    read_receipts: bool = True
    typing: bool = True
    presence: str = EVERYBODY
    who_may_write: str = ANYONE


DEFAULTS = ChatSettings()
_columns = [getattr(ChatSettingsRow, each.name) for each in fields(ChatSettings)]


def settings(user_id: str) -> ChatSettings:
    """Return the settings of a user."""
    row = db.fetch_one(select(*_columns).where(ChatSettingsRow.user_id == user_id))
    return DEFAULTS if row is None else ChatSettings(*row)


def of_users(user_ids: Collection[str]) -> dict[str, ChatSettings]:
    """Return the settings of users that have changed theirs; the others have `DEFAULTS`."""
    query = select(ChatSettingsRow.user_id, *_columns).where(among(ChatSettingsRow.user_id, user_ids))
    return {row.user_id: ChatSettings(*row[1:]) for row in db.fetch_all(query)}
