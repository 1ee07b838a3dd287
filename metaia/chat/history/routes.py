"""Routes of the history."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.history import schemas, service
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api

blp = Blueprint(
    "chat_history", __name__, url_prefix="/api/chat/conversations", description="Messages of conversations"
)


@blp.endpoint(
    "GET",
    "/<id:conversation_id>/messages",
    query=schemas.HistoryQuery,
    returns=schemas.History,
    limit=READ,
)
def get_messages(query: Json, conversation_id: str) -> Response:
    """Messages in ascending order: the newest, or those before, after or around a `seq`."""
    page = service.page(current(), conversation_id, **query)
    meta = {
        "first_seq": page.first_seq,
        "last_seq": page.last_seq,
        "version": page.version,
        "has_before": page.has_before,
        "has_after": page.has_after,
    }
    return answer(messages=page.messages, meta=meta)


def register(_: Flask, api: Api) -> None:
    """Register this feature with the application."""
    api.register_blueprint(blp)
