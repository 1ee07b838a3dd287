"""Adding a message to its conversation, with its event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from metaia.chat import presenters, publish, queries
from metaia.chat.models import MessageRow
from metaia.chat.presenters import Around
from metaia.chat.queries import Conversation, Message
from metaia.core import db
from metaia.core.errors import Conflict
from metaia.core.json import Json
from metaia.core.text import words

_FIELDS = tuple(each.name for each in fields(Message))


def add(
    conversation: Conversation, message: Message, user_ids: Iterable[str], around: Around, **changes: Any
) -> tuple[Conversation, Json]:
    """Add the next message of a conversation, which also gets `changes`; return the conversation and the message.

    The conversation is row-locked, or guarded by its version. `user_ids` are its active participants. Raises Conflict
    (`client_id_mismatch`) if the sender has used the client id in another conversation at the same moment; without
    locks that is an IntegrityError of the commit.
    """
    after = publish.next_version(
        conversation, last_seq=message.seq, last_message_at=message.created_at, **changes
    )
    values = {name: getattr(message, name) for name in _FIELDS}
    _insert(values | {"words": searchable(conversation.id, message.text)})
    shown = presenters.message(message, around)
    publish.message_sent(after, user_ids, shown)
    return after, shown


def client_id_mismatch() -> Conflict:
    """Return the error for a client id of another message."""
    return Conflict("This clientMessageId was used for another message.", code="client_id_mismatch")


def _insert(values: Json) -> None:
    """Insert a message of a user at once if that can be, so that a client id in use is found before the commit."""
    if values["client_id"] is None or not db.locking():
        db.append(MessageRow, **values)
        return
    try:
        db.execute(insert(MessageRow).values(**values))
    except IntegrityError as error:
        if "uq_messages_sender_id" not in str(error.orig):
            raise
        raise client_id_mismatch() from None


def searchable(conversation_id: str, text: str | None) -> str:
    """Return the words of a message as the column `words` keeps them for the search; empty without text."""
    return words.index([text], words=[queries.in_conversation(conversation_id)]) if text else ""
