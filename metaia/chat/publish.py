"""Changes of a conversation that its participants see: each raises the version, and is one event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from metaia.chat import recipients
from metaia.chat.fields import SYSTEM
from metaia.chat.models import ConversationRow
from metaia.chat.queries import Conversation
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from metaia.realtime import events


def next_version(conversation: Conversation, **changes: Any) -> Conversation:
    """Raise the version of a conversation and write `changes`; return the conversation after it.

    The conversation is row-locked, or guarded by its version (see `db.optimistic_then_locked`). So events that are
    recorded afterwards are in the log in the order of the versions.
    """
    written: Json = {"version": conversation.version + 1, "updated_at": now()} | changes
    if db.locking():  # at once: a transaction may change it several times
        db.execute(update(ConversationRow).where(ConversationRow.id == conversation.id).values(**written))
    else:
        db.change(ConversationRow, id=conversation.id, **written)
    return replace(conversation, **written)


def message_sent(conversation: Conversation, user_ids: Iterable[str], shown: Json) -> None:
    """Record the event of a new message for the active participants `user_ids` of its conversation.

    In a deal the message is an entry of its timeline, which shows it as it is then.
    """
    kind = "people" if shown["kind"] == SYSTEM else "message"
    entry = {"thread": conversation.deal_id, "ref": f"{kind}:{shown['id']}"} if conversation.deal_id else {}
    events.record("chat.message", _payload(conversation, shown), **_address(conversation, user_ids), **entry)


def message_updated(conversation: Conversation, user_ids: Iterable[str], shown: Json, change: str) -> None:
    """Record the event of a changed message."""
    payload = _payload(conversation, shown | {"change": change})
    events.record("chat.message_update", payload, **_address(conversation, user_ids))


def reaction(
    conversation: Conversation,
    user_ids: Iterable[str],
    *,
    message_id: str,
    user_id: str,
    emoji: str,
    on: bool,
    reactions: list[Json],
) -> None:
    """Record the event of a reaction that a user has added (`on`) or removed."""
    shown = {
        "conversationId": conversation.id,
        "messageId": message_id,
        "userId": user_id,
        "emoji": emoji,
        "on": on,
        "reactions": reactions,
    }
    events.record("chat.reaction", _payload(conversation, shown), **_address(conversation, user_ids))


def conversation_changed(
    conversation: Conversation,
    user_ids: Iterable[str],
    shown: Json,
    change: str,
    *,
    user_id: str | None = None,
    also: Iterable[str] = (),
) -> None:
    """Record the event of another change of a conversation; `shown` is what all its participants see of it.

    `user_id` is the user that the change is about; the rooms `also` receive the event too.
    """
    payload = {"conversationId": conversation.id, "change": change, "userId": user_id, "conversation": shown}
    address = _address(conversation, user_ids, also=also)
    events.record("chat.conversation", _payload(conversation, payload), **address)


def _payload(conversation: Conversation, shown: Json) -> Json:
    return shown | {"conversationVersion": conversation.version}


def _address(conversation: Conversation, user_ids: Iterable[str], *, also: Iterable[str] = ()) -> Any:
    return {
        "audience": [*recipients.rooms(conversation, user_ids), *also],
        "subject": recipients.room(conversation.id),
    }
