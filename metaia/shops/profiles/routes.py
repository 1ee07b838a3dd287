"""Routes of a partner's own profile."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import NotFound
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.media.uses import registry as media_subjects
from metaia.shops import service as shop_service
from metaia.shops.approvals import service as approvals
from metaia.shops.hours import service as hours
from metaia.shops.pictures import service as pictures
from metaia.shops.profiles import privacy, schemas, service
from metaia.shops.queries import Shop

blp = Blueprint(
    "partners_me", __name__, url_prefix="/api/partners/me", description="Your profile as a partner"
)
_change: dict[str, Any] = {"returns": schemas.OneOwnPartner, "limit": WRITE, "conflict": schemas.Conflict}
ACTIONS = {
    "submit": (schemas.Plain, "Publish your profile, or let it be reviewed first."),
    "hide": (schemas.Plain, "Take your profile from the directory."),
    "show": (schemas.Plain, "Show your profile again, if you have hidden it."),
}


@blp.endpoint("GET", "", returns=schemas.OneOwnPartner, limit=READ, fails=(NotFound,))
def get_own() -> Response:
    """Your profile, in any state."""
    return _one(service.read(current()))


@blp.endpoint("PUT", "", body=schemas.PutProfile, example=schemas.EXAMPLE, idempotent=True, **_change)
def put(body: Json) -> Response:
    """Create your profile, which is a draft then, or replace what it shows. Hours and delivery stay."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.put(current(), body, version))


@blp.endpoint(
    "PATCH",
    "",
    body=schemas.ChangeProfile,
    example={"preparationMinutes": 45},
    idempotent=True,
    fails=(NotFound,),
    **_change,
)
def change(body: Json) -> Response:
    """Change parts of your profile."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), body, version))


@blp.endpoint(
    "PUT", "/hours", body=schemas.PutHours, example=schemas.HOURS_EXAMPLE, idempotent=True, fails=(NotFound,),
    **_change | {"limit": WRITE.with_body(1536 * 1024)},  # with the exceptions of a year
)  # fmt: skip
def put_hours(body: Json) -> Response:
    """Replace your hours and exceptions. Without both you are always open."""
    version = etags.expected(body.pop("expected_version"))
    return _one(hours.set_hours(current(), body, version))


def _act(action: str, _: Json, version: versions.Expected) -> Response:
    actor = current()
    service.read(actor)
    return _one(approvals.act(actor, actor.id, action, version))


@blp.endpoint(
    "POST",
    "/pause",
    body=schemas.Pause,
    example={"minutes": 30, "reason": "The oven is broken."},
    idempotent=True,
    fails=(NotFound,),
    **_change,
)
def pause(body: Json) -> Response:
    """Take no orders until a time."""
    version = etags.expected(body.pop("expected_version"))
    return _one(hours.pause(current(), body, version))


@blp.endpoint("POST", "/resume", body=schemas.Plain, idempotent=True, fails=(NotFound,), **_change)
def resume(body: Json) -> Response:
    """Take orders again."""
    return _one(hours.resume(current(), etags.expected(body["expected_version"])))


register_actions(
    blp,
    "POST",
    "",
    ACTIONS,
    _act,
    returns=schemas.OneOwnPartner,
    conflict=schemas.Conflict,
    fails=(NotFound,),
)


def _one(shop: Shop) -> Response:
    return answer_versioned(shop.version, partner=shop_service.own_view(current(), shop))


def register(app: Flask, api: Api) -> None:
    """Register profiles with the application."""
    media_subjects.SUBJECTS.register(app, pictures.KIND, pictures.SUBJECTS)
    erasure.ERASERS.register(app, "partner_profile", privacy.erase)
    export.EXPORTS.register(app, "partnerProfile", privacy.pages)
    api.register_blueprint(blp)
