"""The directory's routes."""

from __future__ import annotations

from flask import Response

from metaia.core.access import actor as actors
from metaia.core.errors import Forbidden, Unauthenticated
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.shops.directory import schemas, service

blp = Blueprint("partners", __name__, url_prefix="/api/partners", description="The directory of partners")


@blp.endpoint(
    "GET",
    "",
    query=schemas.PartnersQuery,
    returns=schemas.ManyPartners,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden),
)
def get_many(query: Json) -> Response:
    """Published partners. With a token `following` is whether you follow a partner."""
    found, following = service.page(actors.optional(), query)
    return answer(partners=found, meta={"next_cursor": following})


@blp.endpoint(
    "GET",
    "/<word:partner>",
    query=schemas.PlacesQuery,
    returns=schemas.OnePartner,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated,),
)
def get_one(query: Json, partner: str) -> Response:
    """One published partner, by its id or slug; with `deliversTo` the terms of a delivery to that place."""
    return answer(partner=service.read(actors.optional(), partner, query))


def register(api: Api) -> None:
    """Register the directory with the application."""
    api.register_blueprint(blp)
