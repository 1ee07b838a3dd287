"""Routes of products: public reads, and changes for their partners."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response

from metaia.core.access import actor as actors
from metaia.core.access.actor import current
from metaia.core.errors import Forbidden, NotFound, TooMany, Unauthenticated
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.media.uses import registry as media_subjects
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.products import create as creating
from metaia.products import events, policy, presenters, schemas, service
from metaia.products.bulk import routes as bulk
from metaia.products.coupons import routes as coupons
from metaia.products.csv import routes as csv
from metaia.products.groups import queries as group_queries
from metaia.products.groups import routes as groups
from metaia.products.imports import routes as imports
from metaia.products.menu import routes as menu
from metaia.products.notifications import NOTIFICATION_TYPES
from metaia.products.pictures import service as pictures
from metaia.products.posts import routes as posts
from metaia.products.records import Product
from metaia.products.search import queries as search_queries
from metaia.products.sections import routes as sections
from metaia.products.showing import service as showing
from metaia.products.stock import routes as stock
from metaia.products.taxes import routes as taxes
from metaia.realtime import catalogue
from metaia.shops.directory.registry import SEARCHES, Search
from metaia.shops.service import CURRENCY_USES

blp = Blueprint("products", __name__, url_prefix="/api/products", description="Products of partners")
LARGE = WRITE.with_body(256 * 1024)  # with as many variants and groups as a product has


@blp.endpoint(
    "GET",
    "",
    query=schemas.ProductsQuery,
    returns=schemas.ManyProducts,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden),
)
def get_many(query: Json) -> Response:
    """Products of published partners. A partner, and staff, also list hidden ones."""
    actor = actors.optional()
    whole = policy.may_see_all(actor, query.get("partner_id"))
    part = {name: query.pop(name) for name in ("sort", "limit", "cursor")}
    found, following = service.page(actor, whole=whole, filters=query, **part)
    seen = showing.seen(found)
    products = [presenters.product(each, seen, whole=whole) for each in found]
    return answer(products=products, meta={"next_cursor": following})


@blp.endpoint(
    "GET",
    "/<id:product_id>",
    returns=schemas.OneProduct,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden, NotFound),
)
def get_one(product_id: str) -> Response:
    """One product; hidden ones only for their partner and staff."""
    actor = actors.optional()
    found = service.read(actor, product_id)
    return _one(found, whole=policy.may_see_all(actor, found.partner_id))


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateProduct,
    example=schemas.EXAMPLE,
    returns=schemas.OneProduct,
    status=201,
    limit=LARGE,
    idempotent=True,
    fails=(TooMany,),
)
def create(body: Json) -> Response:
    """Add a product: partners, and admins for a partner."""
    return _one(creating.create(current(), body), status=201)


@blp.endpoint(
    "PATCH",
    "/<id:product_id>",
    body=schemas.ChangeProduct,
    example={"price": 1599},
    returns=schemas.OneProduct,
    limit=LARGE,
    idempotent=True,
    conflict=schemas.Conflict,
    fails=(NotFound, TooMany),
)
def change(body: Json, product_id: str) -> Response:
    """Change a product. Orders keep the names and prices that they have."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), product_id, body, version))


@blp.endpoint(
    "DELETE",
    "/<id:product_id>",
    returns=schemas.OneProduct,
    limit=WRITE,
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
    fails=(NotFound,),
    idempotent=True,
)
def delete(product_id: str) -> Response:
    """Hide a product. Orders keep their copies of it."""
    return _one(service.delete(current(), product_id, etags.expected(None)))


def _one(found: Product, *, status: int = 200, whole: bool = True) -> Response:
    shown = showing.shown(found, whole=whole)
    return answer_versioned(found.version, status=status, product=shown)


def register(app: Flask, api: Api) -> None:
    """Register catalogues with the application."""
    media_subjects.SUBJECTS.register(app, pictures.KIND, pictures.SUBJECTS)
    catalogue.register(app, *events.EVENTS)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    CURRENCY_USES.register(app, "products", group_queries.uses_currency)
    SEARCHES.register(app, "products", Search(search_queries.partner_ids, search_queries.matches))
    api.register_blueprint(blp)
    for part in (csv, imports, bulk, stock, sections, groups, taxes, menu, coupons, posts):
        part.register(app, api)
