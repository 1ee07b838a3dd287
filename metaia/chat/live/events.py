"""Event types of typing. They are ephemeral, because no stored state depends on them."""

from __future__ import annotations

from marshmallow import fields

from metaia.chat.live.policy import START, STOP
from metaia.core.http.fields import Schema
from metaia.realtime.catalogue import EphemeralEvent


class Typing(Schema):
    """`typing:start` and `typing:stop`: forget the user after `expiresIn` seconds, or at a message of the user."""

    conversation_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    expires_in = fields.Integer(required=True)


SCREENS = "other clients that have the conversation on the screen"
EVENTS = (
    EphemeralEvent(START, Typing, "A user is typing.", SCREENS),
    EphemeralEvent(STOP, Typing, "A user is not typing any more.", SCREENS),
)
