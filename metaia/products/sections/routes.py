"""Routes of sections: public reads, and changes for their partners."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.access import actor as actors
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, NotFound, TooMany, Unauthenticated
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.products import policy
from metaia.products import service as product_service
from metaia.products.records import Section
from metaia.products.sections import presenters, schemas, service

blp = Blueprint("sections", __name__, url_prefix="/api/sections", description="Parts of menus")


@blp.endpoint(
    "GET",
    "",
    query=schemas.SectionsQuery,
    returns=schemas.ManySections,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated,),
)
def get_many(query: Json) -> Response:
    """The sections of a partner, in the order of its menu; none of one that is not published."""
    partner_id = query["partner_id"]
    whole = policy.may_see_all(actors.optional(), partner_id)
    found = service.of_partner(partner_id) if whole or product_service.is_published(partner_id) else []
    return answer(sections=[presenters.section(each) for each in found])


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateSection,
    example=schemas.EXAMPLE,
    returns=schemas.OneSection,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(Conflict, TooMany),
)
def create(body: Json) -> Response:
    """Add a section: partners, and admins for a partner."""
    return _one(service.create(current(), body), status=201)


@blp.endpoint(
    "PUT",
    "/order",
    body=schemas.OrderSections,
    returns=schemas.ManySections,
    limit=WRITE,
    fails=(Conflict,),
    idempotent=True,
)
def arrange(body: Json) -> Response:
    """Put the sections of a partner in an order."""
    found = service.arrange(current(), body)
    return answer(sections=[presenters.section(each) for each in found])


@blp.endpoint(
    "PATCH",
    "/<id:section_id>",
    body=schemas.ChangeSection,
    example={"name": "Brunch"},
    returns=schemas.OneSection,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Conflict,
    fails=(NotFound,),
)
def change(body: Json, section_id: str) -> Response:
    """Change a section."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), section_id, body, version))


@blp.endpoint(
    "DELETE",
    "/<id:section_id>",
    returns=schemas.OneSection,
    limit=WRITE,
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
    fails=(NotFound,),
    idempotent=True,
)
def delete(section_id: str) -> Response:
    """Delete a section. Its products are in no section then."""
    return _one(service.delete(current(), section_id, etags.expected(None)))


def _one(found: Section, *, status: int = 200) -> Response:
    return answer_versioned(found.version, status=status, section=presenters.section(found))


def register(_: Flask, api: Api) -> None:
    """Register sections with the application."""
    api.register_blueprint(blp)
