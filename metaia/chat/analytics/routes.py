"""Routes of the figures about chat."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.analytics import policy, schemas, service
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api

SOME = READ.limited_to("60 per minute")
blp = Blueprint("chat_figures", __name__, url_prefix="/api", description="Figures about chat")


@blp.endpoint(
    "GET",
    "/chat/analytics",
    query=schemas.ChatFiguresQuery,
    returns=schemas.ChatFigures,
    limit=SOME,
    access=policy.OWN_FIGURES,
)
def get_own(query: Json) -> Response:
    """Conversations, messages and response times of a partner."""
    return answer(**service.figures(current().id, query))


@blp.endpoint(
    "GET",
    "/admin/chat/analytics",
    query=schemas.AllChatFiguresQuery,
    returns=schemas.ChatFigures,
    limit=SOME,
    access=policy.ALL_FIGURES,
)
def get_all(query: Json) -> Response:
    """The same of all users, or of one: for admins."""
    return answer(**service.figures(query.pop("user_id"), query))


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - as all features
    """Register this feature with the application."""
    api.register_blueprint(blp)
