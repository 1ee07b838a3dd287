"""The route of the search across domains, and the registration of the providers."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.search import schemas, service
from metaia.search.providers import deals, people, texts

blp = Blueprint("search", __name__, url_prefix="/api/search", description="Search")
SEARCHES = READ.limited_to("60 per minute")


@blp.endpoint("GET", "", query=schemas.SearchEverything, returns=schemas.Answer, limit=SEARCHES)
def get(query: Json) -> Response:
    """Objects of all types that you may see: by an identifier, else by words. Slow types are in `incomplete`."""
    return answer(search=service.find(current(), query["q"], query["types"], query["limit"]))


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    for module in (deals, people, texts):
        module.register(app)
    api.register_blueprint(blp)
