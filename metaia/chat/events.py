"""Event types of messages and of conversations."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.chat.fields import MessageShown, ReactionOut
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EventType

CHANGES = EDITED, DELETED, MODERATED, READY = "edited", "deleted", "moderated", "attachment_ready"
_VERSION = {
    "description": "counts the changes of the conversation, without gaps: after a gap ask `GET …/changes`"
}


class ChatMessage(MessageShown):
    """`chat:message`: a new message."""

    conversation_version = fields.Integer(required=True, metadata=_VERSION)


class ChatMessageUpdate(ChatMessage):
    """`chat:message_update`: a message as it is now."""

    change = fields.String(required=True, validate=validate.OneOf(CHANGES))


class ChatReaction(Schema):
    """`chat:reaction`: a user adds or removes a reaction; `reactions` are all of the message."""

    conversation_id = fields.UUID(required=True)
    conversation_version = fields.Integer(required=True, metadata=_VERSION)
    message_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    emoji = fields.String(required=True)
    on = fields.Boolean(required=True)
    reactions = fields.List(fields.Nested(ReactionOut), required=True)


PARTICIPANTS = "the conversation's participants on all devices, the sender's too"
EVENTS = (
    EventType("chat.message", "chat:message", ChatMessage, "A message was sent.", PARTICIPANTS),
    EventType(
        "chat.message_update",
        "chat:message_update",
        ChatMessageUpdate,
        "A message was edited or deleted, or its attachment is ready.",
        PARTICIPANTS,
    ),
    EventType(
        "chat.reaction", "chat:reaction", ChatReaction, "A reaction was added or removed.", PARTICIPANTS
    ),
)
