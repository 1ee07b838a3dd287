"""Routes of reactions."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.messages.schemas import OneMessage
from metaia.chat.reactions import service, sockets
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Invalid
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import WRITE
from metaia.core.http.views import answer
from metaia.core.openapi.document import Api
from metaia.realtime import inbound

blp = Blueprint("chat_reactions", __name__, url_prefix="/api/chat/messages", description="Reactions")


@blp.endpoint(
    "PUT",
    "/<id:message_id>/reactions/<emoji>",
    returns=OneMessage,
    limit=WRITE,
    fails=(Conflict, Invalid),
)
def add(message_id: str, emoji: str) -> Response:
    """React to a message with an emoji; once, however often it is repeated."""
    return answer(message=service.react(current(), message_id, emoji, on=True))


@blp.endpoint(
    "DELETE",
    "/<id:message_id>/reactions/<emoji>",
    returns=OneMessage,
    limit=WRITE,
    fails=(Conflict, Invalid),
)
def remove(message_id: str, emoji: str) -> Response:
    """Take a reaction back."""
    return answer(message=service.react(current(), message_id, emoji, on=False))


def register(app: Flask, api: Api) -> None:
    """Register this feature with the application."""
    inbound.register(app, sockets)
    api.register_blueprint(blp)
