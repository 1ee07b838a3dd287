"""Socket messages of editing and deleting."""

from __future__ import annotations

from typing import Any

from metaia.chat.editing import service
from metaia.chat.editing.schemas import LONGEST_REASON, EditMessage
from metaia.chat.messages.sockets import MessageAnswer
from metaia.core.access.actor import Actor
from metaia.core.http.fields import Id, Schema, Text
from metaia.core.json import Json
from metaia.realtime import inbound


class EditOne(EditMessage):
    """The message, and its new text."""

    message_id = Id(required=True)


class DeleteOne(Schema):
    """The message; staff gives a reason."""

    message_id = Id(required=True)
    reason = Text(LONGEST_REASON, load_default=None, allow_none=True)


@inbound.on("chat:edit", EditOne, "Change the text of one's message.", returns=MessageAnswer)
def chat_edit(actor: Actor, data: dict[str, Any]) -> Json:
    """Change the text of a message."""
    expected = data["expected_version"]
    version = None if expected is None else frozenset({expected})
    return {"message": service.edit(actor, data["message_id"], data["text"], version)}


@inbound.on("chat:delete", DeleteOne, "Delete a message for all.", returns=MessageAnswer)
def chat_delete(actor: Actor, data: dict[str, Any]) -> Json:
    """Delete a message."""
    return {"message": service.delete(actor, data["message_id"], data["reason"])}
