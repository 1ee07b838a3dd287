"""Routes of conversations."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.conversations import queries, schemas, service
from metaia.chat.conversations.create import begin as begin_conversation
from metaia.chat.conversations.queries import Listed
from metaia.chat.history import service as history
from metaia.chat.history.schemas import ChangesQuery
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound, TooMany, Unavailable
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import Page, listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api

URL = "/api/chat/conversations"
blp = Blueprint("chat_conversations", __name__, url_prefix=URL, description="Conversations")
BEGIN = WRITE.limited_to("30 per minute").with_body(128 * 1024)  # with a first message


@blp.endpoint(
    "POST",
    "",
    body=schemas.BeginConversation,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    status=201,
    also_returns=(200, schemas.One, "The conversation that exists."),
    limit=BEGIN,
    idempotent=True,
    fails=(Forbidden, NotFound, Conflict, TooMany, Unavailable),
)
def begin(body: Json) -> Response:
    """Begin a conversation with a user, about a deal or with support, or a group; or find the one that exists."""
    conversation_id, new = begin_conversation(current(), body)
    return _one(service.read(current(), conversation_id), status=201 if new else 200)


@blp.endpoint("GET", "", query=schemas.ConversationsQuery, returns=schemas.Many, limit=READ)
def get_many(query: Json) -> Response:
    """The conversations that I am in, those with the newest message first."""
    actor = current()

    def page(*, filters: Json, sort: str, limit: int, cursor: str | None) -> Page:
        rows, following = queries.page(actor.id, filters=filters, sort=sort, limit=limit, cursor=cursor)
        return service.shown(actor, rows), following

    return listing("conversations", query, page, lambda shown: shown)


@blp.endpoint("GET", "/<id:conversation_id>", returns=schemas.One, limit=READ, fails=(Forbidden, NotFound))
def get_one(conversation_id: str) -> Response:
    """One conversation."""
    return _one(service.read(current(), conversation_id))


@blp.endpoint(
    "GET",
    "/<id:conversation_id>/changes",
    query=ChangesQuery,
    returns=schemas.Changed,
    limit=READ,
    fails=(Forbidden, NotFound),
)
def get_changes(query: Json, conversation_id: str) -> Response:
    """The conversation, and its messages as they are now that were sent or changed after a version, in this order."""
    actor = current()
    found = history.changes(actor, conversation_id, **query)
    [conversation] = service.shown(actor, [Listed(found.conversation, found.place)])
    meta = {"version": found.version, "more": found.more}
    return answer(conversation=conversation, messages=found.messages, meta=meta)


@blp.endpoint(
    "PATCH",
    "/<id:conversation_id>",
    body=schemas.RenameConversation,
    example={"title": "Wedding of Asha"},
    returns=schemas.One,
    limit=WRITE,
    fails=(Forbidden, NotFound, Conflict),
)
def rename(body: Json, conversation_id: str) -> Response:
    """Give a group another title."""
    version = etags.expected(body["expected_version"])
    return _one(service.rename(current(), conversation_id, body["title"], version))


@blp.endpoint(
    "PUT",
    "/<id:conversation_id>/mine",
    body=schemas.SetMine,
    example={"pinned": True},
    returns=schemas.One,
    limit=WRITE,
    fails=(Forbidden, NotFound),
)
def set_mine(body: Json, conversation_id: str) -> Response:
    """Mute, pin or archive a conversation for me, or choose what notifies me."""
    return _one(service.set_mine(current(), conversation_id, body))


@blp.endpoint(
    "POST",
    "/<id:conversation_id>/clear",
    returns=schemas.One,
    limit=WRITE,
    fails=(Forbidden, NotFound),
)
def clear(conversation_id: str) -> Response:
    """Hide all messages so far, for me only."""
    return _one(service.clear(current(), conversation_id))


def _one(listed: Listed, *, status: int = 200) -> Response:
    [shown] = service.shown(current(), [listed])
    return answer_versioned(listed.conversation.version, status=status, conversation=shown)


def register(app: Flask, api: Api) -> None:
    """Register these routes."""
    del app
    api.register_blueprint(blp)
