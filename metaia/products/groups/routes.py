"""Routes of modifier groups: public reads, and changes for their partners."""

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
from metaia.products.groups import presenters, schemas, service
from metaia.products.records import Group

blp = Blueprint(
    "modifier_groups",
    __name__,
    url_prefix="/api/modifier-groups",
    description="What customers choose about products",
)
LARGE = WRITE.with_body(256 * 1024)  # with as many options as a group has


@blp.endpoint(
    "GET",
    "",
    query=schemas.GroupsQuery,
    returns=schemas.ManyGroups,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated,),
)
def get_many(query: Json) -> Response:
    """The modifier groups of a partner; none of one that is not published."""
    partner_id = query["partner_id"]
    whole = policy.may_see_all(actors.optional(), partner_id)
    found = service.of_partner(partner_id) if whole or product_service.is_published(partner_id) else []
    return answer(modifier_groups=[presenters.group(each) for each in found])


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateGroup,
    example=schemas.EXAMPLE,
    returns=schemas.OneGroup,
    status=201,
    limit=LARGE,
    idempotent=True,
    fails=(Conflict, TooMany),
)
def create(body: Json) -> Response:
    """Add a modifier group: partners, and admins for a partner."""
    return _one(service.create(current(), body), status=201)


@blp.endpoint(
    "PATCH",
    "/<id:group_id>",
    body=schemas.ChangeGroup,
    example={"name": "Fit"},
    returns=schemas.OneGroup,
    limit=LARGE,
    idempotent=True,
    conflict=schemas.Conflict,
    fails=(NotFound,),
)
def change(body: Json, group_id: str) -> Response:
    """Change a modifier group. Orders keep what was chosen."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), group_id, body, version))


@blp.endpoint(
    "DELETE",
    "/<id:group_id>",
    returns=schemas.OneGroup,
    limit=WRITE,
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
    fails=(NotFound,),
    idempotent=True,
)
def delete(group_id: str) -> Response:
    """Delete a modifier group, also from the products that have it."""
    return _one(service.delete(current(), group_id, etags.expected(None)))


def _one(found: Group, *, status: int = 200) -> Response:
    return answer_versioned(found.version, status=status, modifier_group=presenters.group(found))


def register(_: Flask, api: Api) -> None:
    """Register modifier groups with the application."""
    api.register_blueprint(blp)
