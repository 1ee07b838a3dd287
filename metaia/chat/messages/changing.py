"""Changes of a message that was sent. Its conversation is row-locked first, and its participants get it as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from metaia.chat import policy, publish
from metaia.chat import queries as chat_queries
from metaia.chat.history import service as history
from metaia.chat.messages import queries
from metaia.chat.messages.queries import Ground
from metaia.chat.models import MessageRow
from metaia.chat.queries import Conversation, Message
from metaia.chat.state import GROUP
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, NotFound, declare

declare({"message_deleted": "The message is deleted."})


@dataclass(frozen=True, slots=True)
class Target:
    """A message that an actor changes, in a row-locked conversation; `ground` is what the actor may do there."""

    ground: Ground
    message: Message

    @property
    def conversation(self) -> Conversation:
        return self.ground.conversation

    @property
    def since(self) -> int:
        """Return the `seq` up to which the actor sees nothing; 0 for staff that is no participant."""
        return self.ground.participant.hidden_seq if self.ground.participant else 0


def target(actor: Actor, message_id: str) -> Target:
    """Return a message that the actor may see, in a running transaction. Raises NotFound.

    Staff that moderates sees all messages. A user sees their own ones also after clearing the conversation.
    """
    known = chat_queries.message(message_id)
    if known is None:
        raise NotFound(history.NO_MESSAGE)
    chat_queries.row_locked(known.conversation_id)
    message = chat_queries.message(message_id)  # as it is under the lock
    ground = queries.ground(known.conversation_id, actor.id, "", None)
    if message is None or ground is None or not _sees(actor, ground, message):
        raise NotFound(history.NO_MESSAGE)
    return Target(ground, message)


def require_present(message: Message) -> None:
    """Raise Conflict if a message is deleted."""
    if message.deleted_at is not None:
        raise Conflict("The message is deleted.", code="message_deleted")


def write(conversation: Conversation, message: Message, change: str, **changes: Any) -> None:
    """Write changes of a message in the running transaction, and record its event."""
    after = publish.next_version(conversation)
    written = {"version": message.version + 1, "changed": after.version} | changes
    db.execute(update(MessageRow).where(MessageRow.id == message.id).values(**written))
    publish.message_updated(after, audience(after), history.for_all(after, message.id), change)


def republish(message_id: str, change: str) -> None:
    """Record the event of a message with changed attachments, in the running transaction.

    A message that is deleted or does not exist is left alone.
    """
    known = chat_queries.message(message_id)
    conversation = chat_queries.row_locked(known.conversation_id) if known else None
    message = chat_queries.message(message_id) if conversation else None
    if conversation is not None and message is not None and message.deleted_at is None:
        write(conversation, message, change)


def audience(conversation: Conversation) -> list[str]:
    """Return the ids of the active participants; none for a group, which has one room for all."""
    if conversation.kind == GROUP:
        return []
    return [each.user_id for each in chat_queries.participants(conversation.id)]


def _sees(actor: Actor, ground: Ground, message: Message) -> bool:
    if actor.may(policy.CHAT_MODERATE) or message.sender_id == actor.id:
        return True
    return ground.participant is not None and ground.participant.sees(message.seq)
