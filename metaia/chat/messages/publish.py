"""Adding a message to its conversation, with its event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from metaia.chat import presenters, publish, queries
from metaia.chat.models import MessageRow
from metaia.chat.presenters import Around
from metaia.chat.queries import Conversation, Message
from metaia.core import db
from metaia.core.json import Json
from metaia.core.text import words

_FIELDS = tuple(each.name for each in fields(Message))


def add(
    conversation: Conversation, message: Message, user_ids: Iterable[str], around: Around, **changes: Any
) -> tuple[Conversation, Json]:
    """Add the next message of a conversation, which also gets `changes`; return the conversation and the message.

    The conversation is row-locked, or guarded by its version. `user_ids` are its active participants.
    """
    after = publish.next_version(
        conversation, last_seq=message.seq, last_message_at=message.created_at, **changes
    )
    values = {name: getattr(message, name) for name in _FIELDS}
    db.append(MessageRow, **values, words=searchable(conversation.id, message.text))
    shown = presenters.message(message, around)
    publish.message_sent(after, user_ids, shown)
    return after, shown


def searchable(conversation_id: str, text: str | None) -> str:
    """Return the words of a message as the column `words` keeps them for the search; empty without text."""
    return words.index([text], words=[queries.in_conversation(conversation_id)]) if text else ""
