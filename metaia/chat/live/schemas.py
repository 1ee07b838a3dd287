"""Socket messages about conversations on the screen, and their answers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.chat.conversations.schemas import ConversationOut
from metaia.core.http.fields import Id, Schema

STATUSES = ("online", "offline", "busy")


class ConversationOnScreen(Schema):
    conversation_id = Id(required=True)


class CompanionOut(Schema):
    """The presence of another participant; null while it is not known."""

    user_id = fields.UUID(required=True)
    status = fields.String(required=True, allow_none=True, validate=validate.OneOf([*STATUSES, None]))


class OnScreen(Schema):
    """A conversation that is on the screen, its room, and the presence of the users that show it; not in groups."""

    conversation = fields.Nested(ConversationOut, required=True)
    room = fields.String(required=True)
    presence = fields.List(fields.Nested(CompanionOut), required=True)


class OffScreen(Schema):
    """A conversation that is not on the screen any more."""

    conversation_id = fields.UUID(required=True)
    room = fields.String(required=True)


class TypingTaken(Schema):
    """Nothing: whether others see it depends on them too."""
