"""Selects of what a user wrote, of what a deleted account leaves behind, and of deleted messages with content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, tuple_

from metaia.chat.attachments.models import MessageAttachmentRow
from metaia.chat.editing.models import MessageEditRow
from metaia.chat.models import MessageRow, ParticipantRow
from metaia.chat.moderation.models import ChatReportRow
from metaia.chat.reactions.models import MessageReactionRow
from metaia.chat.restrictions.models import ChatBlockRow
from metaia.core import db
from metaia.core.db import AnyRow
from metaia.users.deleted import queries as deleted_users

Place = tuple[str, str]  # the ids of a conversation and of a user


def written(user_id: str, after: str, limit: int) -> Sequence[AnyRow]:
    """Return messages of a user in the order of their client ids, which an index has; `after` is the last one."""
    row = MessageRow
    columns = (row.id, row.conversation_id, row.seq, row.client_id, row.kind, row.text, row.reply_to)
    times = (row.created_at, row.edited_at, row.deleted_at)
    query = select(*columns, *times).where(row.sender_id == user_id, row.client_id > after)
    return db.fetch_all(query.order_by(row.client_id).limit(limit))


def reactions(user_id: str, after: Place, limit: int) -> Sequence[AnyRow]:
    """Return reactions of a user to their messages and of others in the order of message and emoji."""
    row = MessageReactionRow
    later = tuple_(row.message_id, row.emoji) > after
    query = select(row.message_id, row.emoji, row.at).where(row.user_id == user_id, later)
    return db.fetch_all(query.order_by(row.message_id, row.emoji).limit(limit))


def blocks(user_id: str) -> Sequence[AnyRow]:
    """Return the users that a user has blocked."""
    row = ChatBlockRow
    query = select(row.blocked_id, row.created_at).where(row.blocker_id == user_id)
    return db.fetch_all(query.order_by(row.created_at, row.blocked_id))


def reports(user_id: str) -> Sequence[AnyRow]:
    """Return the reports of a user."""
    row = ChatReportRow
    columns = (row.id, row.message_id, row.conversation_id, row.user_id, row.reason, row.note, row.created_at)
    return db.fetch_all(select(*columns).where(row.reporter_id == user_id).order_by(row.id))


def places_of_deleted(limit: int) -> list[Place]:
    """Return places in conversations that users had when their accounts were deleted."""
    row = ParticipantRow
    places = select(row.conversation_id, row.user_id).where(row.left_seq.is_(None))
    query = deleted_users.of_each(lambda user: places.where(row.user_id == user)).limit(limit)
    return [(each.conversation_id, each.user_id) for each in db.fetch_all(query)]


def deleted_with_content(before: datetime, limit: int) -> list[str]:
    """Return messages that were deleted before a moment and still have earlier texts or files.

    Those of which a report is open are left out, so that staff can decide it.
    """
    of_message: Any = (
        exists().where(MessageEditRow.message_id == MessageRow.id),
        exists().where(MessageAttachmentRow.message_id == MessageRow.id),
    )
    reported = exists().where(ChatReportRow.message_id == MessageRow.id, ChatReportRow.status == "open")
    query = select(MessageRow.id).where(MessageRow.deleted_at < before, or_(*of_message), ~reported)
    return [row.id for row in db.fetch_all(query.limit(limit))]
