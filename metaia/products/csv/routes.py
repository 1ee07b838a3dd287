"""The route of the catalogue as CSV: for partners and admins."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, TEXT
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.products.csv import schemas, service

CSV = "text/csv"
blp = Blueprint("products_csv", __name__, url_prefix="/api/products", description="Catalogues as CSV")


@blp.endpoint(
    "GET",
    "/export.csv",
    query=schemas.ExportQuery,
    returns=TEXT,
    content_type=CSV,
    limit=READ.limited_to("20 per minute"),
    fails=(Conflict,),
)
def export(query: Json) -> Response:
    """The catalogue of a partner as CSV, one row for each variant, hidden products too."""
    response = Response(service.exported(current(), query["partner_id"]), mimetype=CSV)
    response.headers["Content-Disposition"] = 'attachment; filename="products.csv"'
    return response


def register(_: Flask, api: Api) -> None:
    """Register CSV with the application."""
    api.register_blueprint(blp)
