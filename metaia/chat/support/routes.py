"""Routes of the work of support, and of calling it."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.conversations import schemas as conversation_schemas
from metaia.chat.conversations import service as conversation_service
from metaia.chat.conversations.queries import Listed
from metaia.chat.policy import CHAT_MODERATE
from metaia.chat.support import schemas, service
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import WRITE
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api

URL = "/api/chat/conversations/<id:conversation_id>"
blp = Blueprint("chat_support", __name__, url_prefix=URL, description="Work of support")
FAILS = (Forbidden, NotFound, Conflict)
ESCALATE = WRITE.limited_to("10 per hour")


@blp.endpoint(
    "POST",
    "/join",
    body=schemas.JoinConversation,
    example={"reason": "The order is late."},
    returns=conversation_schemas.One,
    limit=WRITE,
    access=CHAT_MODERATE,
    fails=FAILS,
)
def join(body: Json, conversation_id: str) -> Response:
    """Join a conversation as staff, with a reason for the audit log."""
    return _one(service.join(current(), conversation_id, body["reason"]))


@blp.endpoint("POST", "/leave", returns=conversation_schemas.One, limit=WRITE, fails=FAILS)
def leave(conversation_id: str) -> Response:
    """Leave a group, or as staff any conversation."""
    return _one(service.leave(current(), conversation_id))


@blp.endpoint(
    "POST",
    "/assign",
    body=schemas.AssignConversation,
    example={"assigneeId": "01a1f86b-752e-753f-ab3a-936f1e472418"},
    returns=conversation_schemas.One,
    limit=WRITE,
    access=CHAT_MODERATE,
    fails=FAILS,
)
def assign(body: Json, conversation_id: str) -> Response:
    """Assign a conversation to a member of staff; the former one leaves it."""
    version = etags.expected(body["expected_version"])
    return _one(service.assign(current(), conversation_id, body, version))


@blp.endpoint(
    "POST",
    "/close",
    body=schemas.SetConversationStatus,
    returns=conversation_schemas.One,
    limit=WRITE,
    fails=FAILS,
)
def close(body: Json, conversation_id: str) -> Response:
    """Close a conversation; one with support also by its user."""
    return _one(service.close(current(), conversation_id, etags.expected(body["expected_version"])))


@blp.endpoint(
    "POST",
    "/reopen",
    body=schemas.SetConversationStatus,
    returns=conversation_schemas.One,
    limit=WRITE,
    fails=FAILS,
)
def reopen(body: Json, conversation_id: str) -> Response:
    """Open a closed conversation again."""
    return _one(service.reopen(current(), conversation_id, etags.expected(body["expected_version"])))


@blp.endpoint(
    "POST",
    "/escalate",
    body=schemas.CallSupport,
    example={"reason": "We do not agree about the price."},
    returns=conversation_schemas.One,
    limit=ESCALATE,
    fails=FAILS,
)
def escalate(body: Json, conversation_id: str) -> Response:
    """Call support into a conversation."""
    return _one(service.escalate(current(), conversation_id, body["reason"]))


def _one(listed: Listed) -> Response:
    [shown] = conversation_service.shown(current(), [listed])
    return answer_versioned(listed.conversation.version, conversation=shown)


def register(app: Flask, api: Api) -> None:
    """Register these routes."""
    del app
    api.register_blueprint(blp)
