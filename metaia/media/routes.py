"""Routes of media; those that receive files are in receiving/routes.py."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response
from marshmallow import Schema as MarshmallowSchema

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, Gone
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import Page, listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.media import events, jobs, models, presenters, queries, schemas, service
from metaia.media.cleaning import commands
from metaia.media.cleaning import jobs as cleaning_jobs
from metaia.media.direct import routes as direct_routes
from metaia.media.erasure import jobs as erasure_jobs
from metaia.media.hiding import jobs as hiding_jobs
from metaia.media.hiding import service as hiding_service
from metaia.media.policy import MEDIA_MANAGE, MEDIA_READ
from metaia.media.queries import Media
from metaia.media.quotas import service as quota_service
from metaia.media.receiving import routes as receiving_routes
from metaia.media.serving import routes as serving_routes
from metaia.media.uses import access
from metaia.realtime import catalogue

__all__ = ["models", "register"]
blp = Blueprint("media", __name__, url_prefix="/api/upload", description="One's files")
admin = Blueprint(
    "media_limits", __name__, url_prefix="/api/admin/users", description="How much a user may store"
)
ACTIONS: dict[str, tuple[type[MarshmallowSchema], str]] = {
    "hide": (schemas.ModerateMedia, "Hide a file from all but staff, its owner included."),
    "show": (schemas.ModerateMedia, "Show a hidden file again."),
}


@blp.endpoint("GET", "", query=schemas.ListQuery, returns=schemas.ManyMedia, limit=READ)
def get_many(query: Json) -> Response:
    """One's own files; staff see those of all users, without addresses of private ones."""
    actor = current()

    def page(*, filters: Json, sort: str, limit: int, cursor: str | None) -> Page:
        if not actor.may(MEDIA_READ):
            if filters.get("owner_id", actor.id) != actor.id:
                raise Forbidden("You see only your own files.")
            filters = filters | {"owner_id": actor.id}
        return queries.page(filters=filters, sort=sort, limit=limit, cursor=cursor)

    return listing("media", query, page, partial(presenters.listed, actor=actor))


@blp.endpoint("GET", "/usage", returns=schemas.OneUsage, limit=READ)
def get_usage() -> Response:
    """How much you store, and how much you may."""
    return answer(usage=presenters.usage(quota_service.read(current().id)))


@blp.endpoint(
    "GET",
    "/<id:media_id>",
    returns=schemas.OneMedia,
    limit=READ,
    fails=(Gone,),
)
def get_one(media_id: str) -> Response:
    """One file with fresh addresses, for its owner and viewers of what it is attached to."""
    return _one(access.read(current(), media_id))


@blp.endpoint(
    "PATCH",
    "/<id:media_id>",
    body=schemas.ChangeMedia,
    example={"alt": "A linen shirt"},
    returns=schemas.OneMedia,
    limit=WRITE,
    conflict=schemas.Conflict,
    fails=(Gone,),
)
def change(body: Json, media_id: str) -> Response:
    """Change the name, folder or replacing text of your file."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change_own(current(), media_id, body, version))


@blp.endpoint(
    "DELETE",
    "/<id:media_id>",
    query=schemas.DeleteQuery,
    returns=schemas.OneMedia,
    status=202,
    limit=WRITE,
    headers=(etags.PARAMETER,),
    fails=(Gone, Conflict),
)
def delete(query: Json, media_id: str) -> Response:
    """Delete a file everywhere. Its addresses end at once; the bytes are deleted from stores and caches after it."""
    version = etags.expected(None)
    return _one(service.remove(current(), media_id, version, force=query["force"]), status=202)


@admin.endpoint("GET", "/<id:user_id>/upload-limits", returns=schemas.OneUsage, limit=READ, access=MEDIA_READ)
def get_limits(user_id: str) -> Response:
    """How much a user stores, and may store."""
    return answer(usage=presenters.usage(quota_service.read(user_id)))


@admin.endpoint(
    "PUT",
    "/<id:user_id>/upload-limits",
    body=schemas.UploadLimits,
    example={"limit": 1_000_000_000, "filesLimit": None},
    returns=schemas.OneUsage,
    limit=WRITE,
    access=MEDIA_MANAGE,
)
def set_limits(body: Json, user_id: str) -> Response:
    """Give a user limits of their own; null is the limit of the role."""
    return answer(usage=presenters.usage(quota_service.set_limits(user_id, **body)))


def _one(media: Media, *, status: int = 200) -> Response:
    return answer_versioned(media.version, status=status, media=presenters.shown(media, current()))


def _moderate(media_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    return _one(hiding_service.moderate(current(), media_id, action, body["reason"], version))


register_actions(
    blp,
    "PATCH",
    "/<id:media_id>",
    ACTIONS,
    _moderate,
    returns=schemas.OneMedia,
    access=MEDIA_MANAGE,
    conflict=schemas.Conflict,
    fails=(Gone,),
)


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    for module in (jobs, cleaning_jobs, erasure_jobs, hiding_jobs):
        job_registry.register(app, module)
    app.cli.add_command(commands.group)
    for part in (serving_routes, direct_routes):
        part.register(app, api)
    for blueprint in (receiving_routes.blp, blp, admin):
        api.register_blueprint(blueprint)
