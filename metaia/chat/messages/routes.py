"""Routes of sending."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.messages import schemas, service, sockets
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, TooMany
from metaia.core.http import idempotency
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.realtime import inbound

blp = Blueprint(
    "chat_sending", __name__, url_prefix="/api/chat/conversations", description="Sending messages"
)


@blp.endpoint(
    "POST",
    "/<id:conversation_id>/messages",
    body=schemas.SendMessage,
    example=schemas.EXAMPLE,
    returns=schemas.OneMessage,
    status=201,
    also_returns=(200, schemas.OneMessage, "The message was sent before, see `Idempotency-Replayed`."),
    limit=WRITE.with_body(schemas.LARGEST),
    fails=(Conflict, TooMany),
)
def send(body: Json, conversation_id: str) -> Response:
    """Send a message. Repeated with the same `clientMessageId` and body, it is sent once."""
    sent = service.send(current(), conversation_id, body)
    response = answer(status=200 if sent.replayed else 201, message=sent.message)
    if sent.replayed:
        response.headers[idempotency.REPLAYED] = "true"
    return response


@blp.endpoint(
    "POST",
    "/<id:conversation_id>/messages/batch",
    body=schemas.SendMessages,
    example={"messages": [schemas.EXAMPLE]},
    returns=schemas.ManySent,
    status=201,
    limit=WRITE.with_body(schemas.LARGEST_BATCH),
    fails=(Conflict, TooMany),
)
def send_batch(body: Json, conversation_id: str) -> Response:
    """Send up to 50 messages that were written offline, in this order, all or none. Repeated, each is sent once."""
    sent = service.send_many(current(), conversation_id, body["messages"])
    return answer(status=201, messages=[each.message for each in sent])


def register(app: Flask, api: Api) -> None:
    """Register this feature with the application."""
    inbound.register(app, sockets)
    api.register_blueprint(blp)
