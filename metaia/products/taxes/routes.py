"""Routes of tax rates: public reads, and changes for their partners."""

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
from metaia.products.records import TaxRate
from metaia.products.taxes import presenters, schemas, service
from metaia.shops.delivery_areas.registry import FEE_TAX_RATES

blp = Blueprint("tax_rates", __name__, url_prefix="/api/tax-rates", description="Tax rates of partners")


@blp.endpoint(
    "GET",
    "",
    query=schemas.TaxRatesQuery,
    returns=schemas.ManyTaxRates,
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated,),
)
def get_many(query: Json) -> Response:
    """The tax rates of a partner; none of one that is not published."""
    partner_id = query["partner_id"]
    whole = policy.may_see_all(actors.optional(), partner_id)
    found = service.of_partner(partner_id) if whole or product_service.is_published(partner_id) else []
    return answer(tax_rates=[presenters.tax_rate(each) for each in found])


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateTaxRate,
    example=schemas.EXAMPLE,
    returns=schemas.OneTaxRate,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(Conflict, TooMany),
)
def create(body: Json) -> Response:
    """Add a tax rate: partners, and admins for a partner."""
    return _one(service.create(current(), body), status=201)


@blp.endpoint(
    "PATCH",
    "/<id:tax_rate_id>",
    body=schemas.ChangeTaxRate,
    example={"rate": 12.5},
    returns=schemas.OneTaxRate,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Conflict,
    fails=(NotFound,),
)
def change(body: Json, tax_rate_id: str) -> Response:
    """Change a tax rate. Orders keep the rate that they have."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), tax_rate_id, body, version))


@blp.endpoint(
    "DELETE",
    "/<id:tax_rate_id>",
    returns=schemas.OneTaxRate,
    limit=WRITE,
    conflict=schemas.Conflict,
    headers=(etags.PARAMETER,),
    fails=(NotFound,),
    idempotent=True,
)
def delete(tax_rate_id: str) -> Response:
    """Delete a tax rate that no active product and no delivery fee has."""
    return _one(service.delete(current(), tax_rate_id, etags.expected(None)))


def _one(found: TaxRate, *, status: int = 200) -> Response:
    return answer_versioned(found.version, status=status, tax_rate=presenters.tax_rate(found))


def register(app: Flask, api: Api) -> None:
    """Register tax rates with the application."""
    FEE_TAX_RATES.register(app, "products", service.is_of)
    api.register_blueprint(blp)
