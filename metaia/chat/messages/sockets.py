"""Socket messages of sending."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from metaia.chat.fields import MessageOut
from metaia.chat.messages import service
from metaia.chat.messages.schemas import SendMessage
from metaia.core.access.actor import Actor
from metaia.core.http.fields import Id, Schema
from metaia.core.json import Json
from metaia.realtime import inbound


class SendTo(SendMessage):
    """A message and its conversation."""

    conversation_id = Id(required=True)


class MessageAnswer(Schema):
    """The message as it is now."""

    message = fields.Nested(MessageOut, required=True)


@inbound.on("chat:send", SendTo, "Send a message, as `POST /api/chat/…/messages`.", returns=MessageAnswer)
def chat_send(actor: Actor, data: dict[str, Any]) -> Json:
    """Send a message; one that was sent before is answered with the first."""
    return {"message": service.send(actor, data.pop("conversation_id"), data).message}
