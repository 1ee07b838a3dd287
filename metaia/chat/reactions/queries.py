"""Selects and writes of reactions."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from metaia.chat.reactions.models import MessageReactionRow
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now

SHOWN = 20  # users of a reaction, the first ones


def add(message_id: str, user_id: str, emoji: str) -> bool:
    """Add a reaction in the running transaction; return whether it is new."""
    row = insert(MessageReactionRow).values(message_id=message_id, user_id=user_id, emoji=emoji, at=now())
    new = row.on_conflict_do_nothing().returning(MessageReactionRow.user_id)
    return db.execute(new).first() is not None


def remove(message_id: str, user_id: str, emoji: str) -> bool:
    """Remove a reaction in the running transaction; return whether there was one."""
    row = MessageReactionRow
    own = (row.message_id == message_id, row.user_id == user_id, row.emoji == emoji)
    return bool(db.execute(delete(row).where(*own)).rowcount)


def delete_all(message_id: str) -> None:
    """Remove all reactions to a message in the running transaction."""
    db.execute(delete(MessageReactionRow).where(MessageReactionRow.message_id == message_id))


def summary(message_id: str) -> list[Json]:
    """Return the reactions to a message as clients see them, in the order in which each emoji came first."""
    row = MessageReactionRow
    query = select(row.emoji, row.user_id).where(row.message_id == message_id).order_by(row.at, row.user_id)
    users: dict[str, list[str]] = {}
    for emoji, user_id in db.fetch_all(query):
        users.setdefault(emoji, []).append(user_id)
    return [{"emoji": emoji, "count": len(ids), "userIds": ids[:SHOWN]} for emoji, ids in users.items()]
