"""Routes of posts: partners write them, followers read them in their feed."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core.access import actor as actors
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound, TooMany, Unauthenticated
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.media.uses import registry as media_subjects
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.products.posts import jobs, privacy, schemas, service
from metaia.products.posts.notifications import NEWS
from metaia.shops import service as shop_service

blp = Blueprint("posts", __name__, url_prefix="/api", description="News of partners for their followers")


@blp.endpoint(
    "POST",
    "/partners/me/posts",
    body=schemas.CreatePost,
    example=schemas.EXAMPLE,
    returns=schemas.OnePost,
    status=201,
    limit=WRITE.limited_to("30 per hour"),
    idempotent=True,
    fails=(Forbidden, Conflict, TooMany),
)
def create(body: Json) -> Response:
    """Post news, for partners. With `notify` all followers are notified, once a day."""
    return answer(status=201, post=service.create(current(), body))


@blp.endpoint(
    "GET",
    "/partners/<word:partner_id>/posts",
    query=schemas.PostsQuery,
    returns=schemas.ManyPosts,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden, NotFound),
)
def get_many(query: Json, partner_id: str) -> Response:
    """The posts of one partner, by its id or slug, the newest first."""
    posts, following = service.of_partner(actors.optional(), shop_service.id_of(partner_id), query)
    return answer(posts=posts, meta={"next_cursor": following})


@blp.endpoint("GET", "/feed", query=schemas.PostsQuery, returns=schemas.ManyPosts, limit=READ)
def get_feed(query: Json) -> Response:
    """The posts of the partners that one follows, the newest first."""
    posts, following = service.feed(current(), query)
    return answer(posts=posts, meta={"next_cursor": following})


@blp.endpoint(
    "DELETE",
    "/posts/<id:post_id>",
    returns=schemas.DeletedPost,
    limit=WRITE,
    fails=(NotFound, Forbidden),
    idempotent=True,
)
def delete(post_id: str) -> Response:
    """Delete a post: its partner, and admins."""
    service.delete(current(), post_id)
    return answer(post_id=post_id)


def register(app: Flask, api: Api) -> None:
    """Register posts with the application."""
    job_registry.register(app, jobs)
    notification_registry.register(app, NEWS)
    templates.register(app, Path(__file__).parent / "templates")
    media_subjects.SUBJECTS.register(app, service.KIND, service.SUBJECTS)
    erasure.ERASERS.register(app, "posts", privacy.request_erasure)
    export.EXPORTS.register(app, "posts", privacy.pages)
    api.register_blueprint(blp)
