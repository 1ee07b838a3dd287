"""Routes of receipts and unread messages."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.receipts import events, flushing, schemas, service, sockets
from metaia.chat.unread import queries as unread_queries
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, raw_answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.realtime import catalogue, inbound, runtime

blp = Blueprint("chat_receipts", __name__, url_prefix="/api/chat", description="What is read in chat")


@blp.endpoint(
    "PUT",
    "/conversations/<id:conversation_id>/read",
    body=schemas.ReadUpTo,
    example={"seq": 12},
    returns=schemas.Mine,
    limit=WRITE,
    fails=(NotFound, Forbidden),
)
def read(body: Json, conversation_id: str) -> Response:
    """Mark a conversation as read up to a message; a mark never goes back by this."""
    return raw_answer(service.read(current(), conversation_id, body["seq"]))


@blp.endpoint(
    "PUT",
    "/conversations/<id:conversation_id>/unread",
    body=schemas.UnreadFrom,
    example={"seq": 12},
    returns=schemas.Mine,
    limit=WRITE,
    fails=(NotFound, Forbidden),
)
def unread(body: Json, conversation_id: str) -> Response:
    """Mark a message, and all after it, as unread: for oneself only, others still see it as read."""
    return raw_answer(service.unread(current(), conversation_id, body["seq"]))


@blp.endpoint(
    "PUT",
    "/conversations/read",
    body=schemas.ReadMany,
    example={"ids": [schemas.EXAMPLE["conversationId"]]},
    returns=schemas.ManyRead,
    limit=WRITE,
)
def read_many(body: Json) -> Response:
    """Mark up to 100 conversations as read; those that one is not in are left out."""
    return answer(conversations=service.read_many(current(), body["ids"]))


@blp.endpoint("PUT", "/read-all", returns=schemas.ManyRead, limit=WRITE.limited_to("10 per minute"))
def read_all() -> Response:
    """Mark all conversations as read."""
    return answer(conversations=service.read_many(current(), None))


@blp.endpoint(
    "PUT",
    "/delivered",
    body=schemas.DeliveredMany,
    example={"conversations": [{"id": schemas.EXAMPLE["conversationId"], "seq": 12}]},
    returns=schemas.Taken,
    limit=WRITE,
)
def delivered(body: Json) -> Response:
    """Confirm that one has the messages of up to 100 conversations. Others see it within a second."""
    return raw_answer(sockets.delivered(current(), body))


@blp.endpoint("GET", "/unread", returns=schemas.Unread, limit=READ)
def get_unread() -> Response:
    """The number of unread messages and of conversations with any, for a badge."""
    found = unread_queries.badge(current().id)
    return answer(conversations=found.conversations, messages=found.messages, more=found.more)


@blp.endpoint(
    "GET",
    "/messages/<id:message_id>/receipts",
    returns=schemas.Receipts,
    limit=READ,
    fails=(NotFound, Forbidden),
)
def get_receipts(message_id: str) -> Response:
    """The status of a message with each other participant: for its sender; in groups of up to 100, for 7 days."""
    return answer(receipts=service.receipts(current(), message_id))


def register(app: Flask, api: Api) -> None:
    """Register this feature with the application."""
    pending = flushing.Pending(app)
    real_time = runtime.of(app)
    real_time.add_loop(pending.run)
    real_time.at_end.append(pending.flush)
    catalogue.register(app, events.EVENT)
    inbound.register(app, sockets)
    api.register_blueprint(blp)
