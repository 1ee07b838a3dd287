"""Routes of participants, and the event of changed conversations."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response

from metaia.chat.participants import events, presenters, queries, schemas, service
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound, TooMany
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import Page, listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.realtime import catalogue

URL = "/api/chat/conversations/<id:conversation_id>/participants"
blp = Blueprint("chat_participants", __name__, url_prefix=URL, description="Participants of conversations")
CHANGE = WRITE.limited_to("60 per minute")


@blp.endpoint(
    "GET", "", query=schemas.PeopleQuery, returns=schemas.People, limit=READ, fails=(Forbidden, NotFound)
)
def get_people(query: Json, conversation_id: str) -> Response:
    """The participants of a conversation; its own answer has the first 32."""
    actor = current()
    conversation = service.read_present(actor, conversation_id)

    def page(*, filters: Json, sort: str, limit: int, cursor: str | None) -> Page:
        rows, following = queries.page(
            conversation_id, filters=filters, sort=sort, limit=limit, cursor=cursor
        )
        seen = service.seen_by(actor, rows)
        present = partial(presenters.participant, conversation=conversation, seen=seen)
        return [present(each) for each in rows], following

    return listing("participants", query, page, lambda shown: shown)


@blp.endpoint(
    "POST",
    "",
    body=schemas.AddParticipants,
    example=schemas.EXAMPLE,
    returns=schemas.Changed,
    limit=CHANGE,
    fails=(Forbidden, NotFound, Conflict, TooMany),
)
def add(body: Json, conversation_id: str) -> Response:
    """Add users to a group; those that are in it stay."""
    service.add(current(), conversation_id, body["user_ids"])
    return answer()


@blp.endpoint(
    "DELETE",
    "/<id:user_id>",
    returns=schemas.Changed,
    limit=CHANGE,
    fails=(Forbidden, NotFound, Conflict),
)
def remove(conversation_id: str, user_id: str) -> Response:
    """Remove a user from a group, or leave a conversation oneself."""
    service.remove(current(), conversation_id, user_id)
    return answer()


def register(app: Flask, api: Api) -> None:
    """Register these routes and the event."""
    catalogue.register(app, events.EVENT)
    api.register_blueprint(blp)
