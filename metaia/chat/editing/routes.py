"""Routes of editing and deleting."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.editing import schemas, service, sockets
from metaia.chat.editing.presenters import edit as present_edit
from metaia.chat.messages.schemas import OneMessage
from metaia.chat.policy import CHAT_MODERATE
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.realtime import inbound

blp = Blueprint("chat_messages", __name__, url_prefix="/api/chat/messages", description="Messages")


@blp.endpoint(
    "PATCH",
    "/<id:message_id>",
    body=schemas.EditMessage,
    example={"text": "Is the blue linen shirt ready?"},
    returns=OneMessage,
    limit=WRITE,
    fails=(Conflict,),
)
def edit(body: Json, message_id: str) -> Response:
    """Change the text of one's message, up to 15 minutes after it was sent."""
    version = etags.expected(body["expected_version"])
    return _one(service.edit(current(), message_id, body["text"], version))


@blp.endpoint(
    "DELETE",
    "/<id:message_id>",
    query=schemas.DeleteQuery,
    returns=OneMessage,
    limit=WRITE,
    fails=(Conflict,),
)
def delete(query: Json, message_id: str) -> Response:
    """Delete one's message for all, up to 24 hours after it was sent; staff removes every message at any time."""
    return _one(service.delete(current(), message_id, query["reason"]))


@blp.endpoint("GET", "/<id:message_id>/edits", returns=schemas.Edits, limit=READ, access=CHAT_MODERATE)
def get_edits(message_id: str) -> Response:
    """The earlier texts of a message, and that of a deleted one; the reading is audited."""
    return answer(edits=[present_edit(each) for each in service.edits(message_id)])


def _one(message: Json) -> Response:
    return answer_versioned(message["version"], message=message)


def register(app: Flask, api: Api) -> None:
    """Register this feature with the application."""
    inbound.register(app, sockets)
    api.register_blueprint(blp)
