"""The route of the search."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response

from metaia.chat.search import schemas, service
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.pagination import listing
from metaia.core.json import Json
from metaia.core.openapi.document import Api

blp = Blueprint("chat_search", __name__, url_prefix="/api/chat/search", description="Chat")
SEARCHES = READ.limited_to("30 per minute")


@blp.endpoint("GET", "", query=schemas.SearchQuery, returns=schemas.ManyFound, limit=SEARCHES)
def search(query: Json) -> Response:
    """Messages of your conversations with these words, newest first."""
    return listing("messages", query, partial(service.find, current()), lambda found: found)


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - all features have this signature
    """Register the search with the application."""
    api.register_blueprint(blp)
