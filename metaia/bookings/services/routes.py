"""Routes of services: public reads, and changes for their partners."""

from __future__ import annotations

from flask import Flask, Response

from metaia.bookings.services import pictures, presenters, queries, schemas, service
from metaia.bookings.services.queries import Service
from metaia.core.access.actor import current
from metaia.core.errors import NotFound, TooMany
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import PUBLIC, READ, WRITE
from metaia.core.http.views import answer, answer_if_changed, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.media.uses import registry as media_subjects
from metaia.shops.directory import registry as directory

blp = Blueprint("services", __name__, url_prefix="/api/services", description="What partners offer")


@blp.endpoint("GET", "", query=schemas.ServicesQuery, returns=schemas.ManyServices, limit=READ, access=PUBLIC)
def get_many(query: Json) -> Response:
    """Services that partners offer, the newest first."""
    found, following = queries.page(**query)
    return answer(services=[presenters.service(each) for each in found], meta={"next_cursor": following})


@blp.endpoint(
    "GET",
    "/<id:service_id>",
    returns=schemas.OneService,
    also_returns=UNCHANGED,
    limit=READ,
    access=PUBLIC,
)
def get_one(service_id: str) -> Response:
    """One service, also one that is not offered any more."""
    found = service.read(service_id)
    return answer_if_changed(found.version, service=presenters.service(found))


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateService,
    example=schemas.EXAMPLE,
    returns=schemas.OneService,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(NotFound, TooMany),
)
def create(body: Json) -> Response:
    """Offer a service: partners, and admins for a partner."""
    return _one(service.create(current(), body), status=201)


@blp.endpoint(
    "PATCH",
    "/<id:service_id>",
    body=schemas.ChangeService,
    example={"price": 1300},
    returns=schemas.OneService,
    limit=WRITE,
    conflict=schemas.Conflict,
    fails=(TooMany,),
)
def change(body: Json, service_id: str) -> Response:
    """Change a service. Bookings keep the copy that they were made with."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), service_id, body, version))


@blp.endpoint(
    "DELETE",
    "/<id:service_id>",
    returns=schemas.OneService,
    limit=WRITE,
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
)
def delete(service_id: str) -> Response:
    """Offer a service no more. Its bookings stand."""
    return _one(service.delete(current(), service_id, etags.expected(None)))


def _one(found: Service, *, status: int = 200) -> Response:
    return answer_versioned(found.version, status=status, service=presenters.service(found))


def register(app: Flask, api: Api) -> None:
    """Register services with the application."""
    media_subjects.SUBJECTS.register(app, pictures.KIND, pictures.SUBJECTS)
    directory.CONDITIONS.register(app, "services", lambda partner_id, _: queries.offering(partner_id))
    api.register_blueprint(blp)
