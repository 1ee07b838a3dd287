"""Socket messages of reactions."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.chat.messages.sockets import MessageAnswer
from metaia.chat.reactions import service
from metaia.core.access.actor import Actor
from metaia.core.http.fields import Id, Schema
from metaia.core.json import Json
from metaia.core.text.emojis import LONGEST
from metaia.realtime import inbound


class React(Schema):
    """An emoji to add to a message, or with `on` false to remove."""

    message_id = Id(required=True)
    emoji = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))
    on = fields.Boolean(load_default=True)


@inbound.on("chat:react", React, "React to a message, or take a reaction back.", returns=MessageAnswer)
def chat_react(actor: Actor, data: dict[str, Any]) -> Json:
    """Add or remove a reaction."""
    return {"message": service.react(actor, data["message_id"], data["emoji"], on=data["on"])}
