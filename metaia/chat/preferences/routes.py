"""Routes of the settings of chat."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.preferences import presenters, queries, schemas, service
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api

blp = Blueprint("chat_settings", __name__, url_prefix="/api/chat/settings", description="Settings of chat")


@blp.endpoint("GET", "", returns=schemas.One, limit=READ)
def get_settings() -> Response:
    """What others see of me in chat, and which users may write to me."""
    return answer(settings=presenters.settings(queries.settings(current().id)))


@blp.endpoint(
    "PATCH", "", body=schemas.ChangeChatSettings, example=schemas.EXAMPLE, returns=schemas.One, limit=WRITE
)
def change_settings(body: Json) -> Response:
    """Change some of my settings."""
    return answer(settings=presenters.settings(service.change(current(), body)))


def register(app: Flask, api: Api) -> None:
    """Register these routes."""
    del app
    api.register_blueprint(blp)
