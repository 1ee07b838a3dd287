"""Export of what a user wrote, and erasure: messages stay for the other participants, without the sender's name.

Names are those of accounts, and a deleted account has none. So nothing in conversations is rewritten.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, or_, update

from metaia.auth.account.export import PAGE_SIZE
from metaia.chat import queries as chat_queries
from metaia.chat.attachments import presenters as attachment_presenters
from metaia.chat.attachments import service as attachments
from metaia.chat.editing.models import MessageEditRow
from metaia.chat.moderation.models import ChatReportRow
from metaia.chat.participants import publish as participant_publish
from metaia.chat.participants import service as participants
from metaia.chat.participants.state import CLOSED, LEFT
from metaia.chat.personal_data import queries
from metaia.chat.preferences import presenters as preference_presenters
from metaia.chat.preferences import queries as preference_queries
from metaia.chat.preferences.models import ChatSettingsRow
from metaia.chat.queries import Conversation
from metaia.chat.restrictions.models import ChatBlockRow
from metaia.chat.state import OPEN, SUPPORT
from metaia.core import db, retention
from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.jobs import loop
from metaia.jobs import registry as job_registry

FORGET = "metaia.chat.personal_data.jobs.forget_users"
BATCH = 100


def request_erasure(user_id: str) -> None:
    """Erase the settings, blocks and notes of a user, and enqueue what needs the locks of conversations."""
    db.execute(delete(ChatSettingsRow).where(ChatSettingsRow.user_id == user_id))
    block = ChatBlockRow
    db.execute(delete(block).where(or_(block.blocker_id == user_id, block.blocked_id == user_id)))
    db.execute(update(ChatReportRow).where(ChatReportRow.reporter_id == user_id).values(note=None))
    job_registry.enqueue(FORGET)


def leave_conversations() -> int:
    """Let deleted users leave their conversations, each in its own transaction; return how many."""
    left = 0
    while places := queries.places_of_deleted(BATCH):
        done = loop.work_each(_leave, [" ".join(place) for place in places])
        left += done
        if not done:
            break
    return left


def _leave(place: str) -> bool:
    """Take a deleted user off a conversation, and close it if no user is left to read messages."""
    conversation_id, user_id = place.split()
    with db.transaction():
        conversation = chat_queries.row_locked(conversation_id)
        mine = chat_queries.participant(conversation_id, user_id)
        if conversation is None or mine is None or not mine.active:
            return False
        conversation = participants.depart(conversation, mine, LEFT)
        if conversation.status == OPEN and _ends_with(conversation, user_id):
            participant_publish.changed(conversation, CLOSED, status="closed")
    return True


def _ends_with(conversation: Conversation, user_id: str) -> bool:
    """Return whether a conversation ends with this user: one of its pair, or the user of support, but not staff."""
    if conversation.kind == SUPPORT:
        return conversation.owner_id == user_id
    return conversation.direct_key is not None and user_id in conversation.direct_key.split()


def purge_deleted() -> int:
    """Delete what messages contained that were deleted CHAT_KEEP_DELETED_DAYS ago; return the number of messages."""
    purged, _ = retention.purge(_purge_batch, batch=BATCH, seconds=math.inf)
    return purged


def _purge_batch(limit: int) -> int:
    before = now() - timedelta(days=current_app.config["CHAT_KEEP_DELETED_DAYS"])
    ids = queries.deleted_with_content(before, limit)
    for message_id in ids:
        attachments.purge(message_id)
    db.execute(delete(MessageEditRow).where(among(MessageEditRow.message_id, ids)))
    return len(ids)


def messages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the messages that a user wrote, also those in conversations that the user has left."""
    rows = queries.written(actor.id, "", PAGE_SIZE)
    while rows:
        files = attachment_presenters.of_messages([row.id for row in rows if row.deleted_at is None])
        yield [_message(row, files.get(row.id, [])) for row in rows]
        rows = queries.written(actor.id, rows[-1].client_id, PAGE_SIZE)


def reactions(actor: Actor) -> Iterator[list[Json]]:
    """Yield the reactions of a user."""
    rows = queries.reactions(actor.id, (_FIRST, ""), PAGE_SIZE)
    while rows:
        yield [{"messageId": row.message_id, "emoji": row.emoji, "at": rfc3339(row.at)} for row in rows]
        rows = queries.reactions(actor.id, (rows[-1].message_id, rows[-1].emoji), PAGE_SIZE)


def settings(actor: Actor) -> Iterator[list[Json]]:
    """Yield the settings of a user for chat."""
    yield [preference_presenters.settings(preference_queries.settings(actor.id))]


def blocks(actor: Actor) -> Iterator[list[Json]]:
    """Yield the users that a user has blocked."""
    rows = queries.blocks(actor.id)
    yield [{"userId": row.blocked_id, "createdAt": rfc3339(row.created_at)} for row in rows]


def reports(actor: Actor) -> Iterator[list[Json]]:
    """Yield the reports of a user."""
    yield [_report(row) for row in queries.reports(actor.id)]


_FIRST = "00000000-0000-0000-0000-000000000000"


def _message(row: AnyRow, files: Sequence[Json]) -> Json:
    return {
        "id": row.id,
        "conversationId": row.conversation_id,
        "seq": row.seq,
        "kind": row.kind,
        "text": row.text,
        "replyTo": row.reply_to,
        "attachments": list(files),
        "createdAt": rfc3339(row.created_at),
        "editedAt": rfc3339(row.edited_at),
        "deletedAt": rfc3339(row.deleted_at),
    }


def _report(row: AnyRow) -> Json:
    return {
        "id": row.id,
        "messageId": row.message_id,
        "conversationId": row.conversation_id,
        "userId": row.user_id,
        "reason": row.reason,
        "note": row.note,
        "createdAt": rfc3339(row.created_at),
    }
