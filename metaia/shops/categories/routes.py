"""Routes of categories."""

from __future__ import annotations

from flask import Response

from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, WRITE
from metaia.core.http.presenters import presenter
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.shops.categories import queries, schemas, service
from metaia.shops.policy import PARTNERS_MANAGE

blp = Blueprint("partner_categories", __name__, url_prefix="/api", description="Categories of partners")
_shown = presenter(schemas.PartnerCategoryOut)


@blp.endpoint("GET", "/categories", returns=schemas.ManyCategories, limit=READ, access=PUBLIC)
def get_many() -> Response:
    """The categories that partners choose from, in their order."""
    return answer(categories=[_shown(each) for each in queries.active()])


@blp.endpoint(
    "PUT",
    "/admin/categories/<word:slug>",
    body=schemas.PutCategory,
    example={"name": "Shoemakers", "position": 20},
    returns=schemas.OneCategory,
    limit=WRITE,
    access=PARTNERS_MANAGE,
)
def put(body: Json, slug: str) -> Response:
    """Add a category, or change one. Partners of a category that is not active any more keep it."""
    return answer(category=service.put(slug, body))


def register(api: Api) -> None:
    """Register categories with the application."""
    api.register_blueprint(blp)
