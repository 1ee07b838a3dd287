"""Messages of the system: they state in a conversation what has happened to it."""

from __future__ import annotations

from metaia.chat import queries
from metaia.chat.fields import SYSTEM
from metaia.chat.messages import publish
from metaia.chat.presenters import Around
from metaia.chat.queries import Conversation, Message
from metaia.chat.state import GROUP
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now


def add(conversation: Conversation, event: str, data: Json) -> Conversation:
    """Add a message of the system in the running transaction, for the participants that are active in it by then.

    The conversation must be row-locked. Return the conversation after it.
    """
    people = [] if conversation.kind == GROUP else queries.participants(conversation.id)
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        seq=conversation.last_seq + 1,
        changed=conversation.version + 1,
        version=1,
        kind=SYSTEM,
        created_at=now(),
        system={"event": event, "data": data},
    )
    around = Around(conversation.deal_id)
    after, _ = publish.add(conversation, message, [each.user_id for each in people], around)
    return after
