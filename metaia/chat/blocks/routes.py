"""Routes of blocks."""

from __future__ import annotations

from flask import Flask, Response

from metaia.chat.blocks import presenters, schemas, service
from metaia.chat.restrictions import queries
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, Invalid, NotFound, TooMany
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.core.openapi.document import Api

blp = Blueprint("chat_blocks", __name__, url_prefix="/api/chat/blocks", description="Blocks between users")
CHANGE = WRITE.limited_to("30 per minute")


@blp.endpoint("GET", "", returns=schemas.Blocks, limit=READ)
def get_blocks() -> Response:
    """The users that I have blocked, the newest block first."""
    return answer(blocks=[presenters.block(each) for each in queries.blocks(current().id)])


@blp.endpoint(
    "PUT",
    "/<id:user_id>",
    returns=schemas.Done,
    limit=CHANGE,
    fails=(Forbidden, NotFound, Invalid, TooMany),
)
def block(user_id: str) -> Response:
    """Block a user, which that user does not see; an order that is not finished keeps its conversation."""
    service.block(current(), user_id)
    return answer()


@blp.endpoint(
    "DELETE",
    "/<id:user_id>",
    returns=schemas.Done,
    limit=CHANGE,
    fails=(NotFound,),
)
def unblock(user_id: str) -> Response:
    """End a block."""
    service.unblock(current(), user_id)
    return answer()


def register(app: Flask, api: Api) -> None:
    """Register these routes."""
    del app
    api.register_blueprint(blp)
