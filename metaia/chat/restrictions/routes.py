"""Routes of restrictions, for staff."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.policy import CHAT_MODERATE
from metaia.chat.restrictions import presenters, queries, schemas, service
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api

blp = Blueprint(
    "chat_restrictions",
    __name__,
    url_prefix="/api/admin/chat/restrictions",
    description="Users that must not write in chat",
)


@blp.endpoint(
    "GET",
    "",
    query=schemas.RestrictionsQuery,
    returns=schemas.Many,
    limit=READ,
    access=CHAT_MODERATE,
)
def get_restrictions(query: Json) -> Response:
    """The restrictions that have not ended, the newest first."""
    return listing("restrictions", query, queries.page, presenters.restriction)


@blp.endpoint(
    "PUT",
    "/<id:user_id>",
    body=schemas.RestrictUser,
    example=schemas.EXAMPLE,
    returns=schemas.One,
    limit=WRITE,
    access=CHAT_MODERATE,
    fails=(Forbidden, NotFound),
)
def restrict(body: Json, user_id: str) -> Response:
    """Forbid a user to write in chat, except to support."""
    return answer(restriction=presenters.restriction(service.restrict(current(), user_id, **body)))


@blp.endpoint(
    "DELETE",
    "/<id:user_id>",
    returns=schemas.Lifted,
    limit=WRITE,
    access=CHAT_MODERATE,
    fails=(NotFound,),
)
def lift(user_id: str) -> Response:
    """Let a user write again."""
    service.lift(user_id)
    return answer()


def register(app: Flask, api: Api) -> None:
    """Register these routes."""
    del app
    api.register_blueprint(blp)
