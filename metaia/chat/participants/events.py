"""The event type of changed conversations."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.chat.participants.schemas import ConversationShown
from metaia.chat.participants.state import CHANGES
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EventType


class ChatConversation(Schema):
    """`chat:conversation`: a conversation began or was changed; `userId` is the user that the change is about."""

    conversation_id = fields.UUID(required=True)
    conversation_version = fields.Integer(
        required=True, metadata={"description": "counts the changes of the conversation, without gaps"}
    )
    change = fields.String(required=True, validate=validate.OneOf(CHANGES))
    user_id = fields.UUID(required=True, allow_none=True)
    conversation = fields.Nested(ConversationShown, required=True)


EVENT = EventType(
    "chat.conversation",
    "chat:conversation",
    ChatConversation,
    "A conversation began, or its people, title or status changed.",
    "the conversation's participants, a user that was added or removed, and staff for support",
)
