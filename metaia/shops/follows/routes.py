"""Routes of follows."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import Page, listing
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.ledger.audit.registry import in_sql
from metaia.notifications import registry as notification_registry
from metaia.notifications.campaigns import audience_filters
from metaia.notifications.content import templates
from metaia.shops import service as shop_service
from metaia.shops.counters import service as counters
from metaia.shops.directory.registry import CONDITIONS, FOLLOWING
from metaia.shops.follows import jobs, presenters, privacy, queries, schemas, service
from metaia.shops.follows.notifications import NOTIFICATION_TYPES

blp = Blueprint("follows", __name__, url_prefix="/api", description="Following partners")
FOLLOW = WRITE.limited_to("60 per minute")
TOTALS = in_sql(
    """
    SELECT coalesce(t.partner_id, f.partner_id) AS subject, coalesce(f.count, 0) AS expected,
        coalesce(t.followers, 0) AS found
    FROM follower_totals t FULL JOIN (SELECT partner_id, count(*) FROM follows GROUP BY partner_id) f
        ON f.partner_id = t.partner_id
    WHERE coalesce(t.followers, 0) <> coalesce(f.count, 0)
    """
)


@blp.endpoint(
    "PUT",
    "/partners/<word:partner_id>/follow",
    returns=schemas.Followed,
    limit=FOLLOW,
    fails=(Forbidden, NotFound, Conflict),
)
def follow(partner_id: str) -> Response:
    """Follow a partner, by its id or slug."""
    return answer(**service.follow(current(), shop_service.id_of(partner_id)))


@blp.endpoint("DELETE", "/partners/<word:partner_id>/follow", returns=schemas.Followed, limit=FOLLOW)
def unfollow(partner_id: str) -> Response:
    """Follow a partner no more, by its id or slug."""
    return answer(**service.unfollow(current(), shop_service.id_of(partner_id)))


@blp.endpoint("GET", "/following", query=schemas.FollowsQuery, returns=schemas.Following, limit=READ)
def get_following(query: Json) -> Response:
    """The partners that one follows, without those that are hidden."""
    user_id = current().id

    def page(*, filters: Json, sort: str, limit: int, cursor: str | None) -> Page:  # noqa: ARG001
        return queries.following_page(user_id, sort=sort, limit=limit, cursor=cursor)

    return listing("partners", query, page, presenters.followed)


@blp.endpoint(
    "GET",
    "/followers",
    query=schemas.FollowsQuery,
    returns=schemas.Followers,
    limit=READ,
    fails=(Forbidden,),
)
def get_followers(query: Json) -> Response:
    """The first names of one's followers, for partners."""
    partner_id = service.followed_partner(current())

    def page(*, filters: Json, sort: str, limit: int, cursor: str | None) -> Page:  # noqa: ARG001
        return queries.followers_page(partner_id, sort=sort, limit=limit, cursor=cursor)

    count = queries.followers(partner_id)
    return listing("followers", query, page, presenters.follower, meta=lambda _: {"followers": count})


def register(app: Flask, api: Api) -> None:
    """Register follows with the application."""
    job_registry.register(app, jobs)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    erasure.ERASERS.register(app, "follows", privacy.request_erasure)
    export.EXPORTS.register(app, "following", privacy.pages)
    counters.COUNTERS.register(app, "followers", TOTALS)
    audience_filters.register(app, queries.FOLLOWERS_OF)
    CONDITIONS.register(app, "followed", queries.is_followed)
    FOLLOWING.register(app, "follows", queries.followed)
    api.register_blueprint(blp)
