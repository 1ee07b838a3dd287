"""Routes of imports, for partners and admins."""

from __future__ import annotations

from flask import Flask, Response

from metaia.auth.account import erasure, export
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, NotFound, TooLarge, TooMany, UnsupportedMedia
from metaia.core.http import bodies, idempotency
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, TEXT, WRITE
from metaia.core.http.limit_classes import MEGABYTE
from metaia.core.http.views import answer, raw_answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.products.csv.routes import CSV
from metaia.products.csv.schemas import Imported, ImportQuery
from metaia.products.imports import events, jobs, presenters, privacy, schemas, service
from metaia.products.imports.queries import Import
from metaia.realtime import catalogue

blp = Blueprint("product_imports", __name__, url_prefix="/api/products", description="Imports of catalogues")


@blp.endpoint(
    "POST",
    "/import",
    query=ImportQuery,
    content={CSV: {"schema": TEXT}},
    returns=Imported,
    also_returns=(202, schemas.OneImport, "A job imports more than 500 rows."),
    limit=WRITE.limited_to("10 per minute").with_body(5 * MEGABYTE),
    idempotent=True,
    fails=(Conflict, TooLarge, TooMany, UnsupportedMedia),
)
def upload(query: Json) -> Response:
    """Change the catalogue of a partner by a CSV file. Any error in it means that nothing changes."""
    content = bodies.read_text(CSV)
    identified = repr(sorted(query.items())).encode() + content
    return idempotency.run(identified, lambda: _answer(service.receive(current(), content, query)))


@blp.endpoint("GET", "/imports", query=schemas.ImportsQuery, returns=schemas.ManyImports, limit=READ)
def get_many(query: Json) -> Response:
    """The large imports of a partner, of the last 30 days."""
    imports, following = service.page(current(), query.pop("partner_id"), **query)
    return answer(imports=[presenters.shown(each) for each in imports], meta={"next_cursor": following})


@blp.endpoint("GET", "/imports/<id:import_id>", returns=schemas.OneImport, limit=READ, fails=(NotFound,))
def get_one(import_id: str) -> Response:
    """How far a large import is, and its result."""
    return _one(service.read(current(), import_id))


def _answer(found: Json | Import) -> Response:
    return _one(found, status=202) if isinstance(found, Import) else answer(**found)


def _one(found: Import, *, status: int = 200) -> Response:
    return raw_answer({"import": presenters.shown(found)}, status=status)


def register(app: Flask, api: Api) -> None:
    """Register imports with the application."""
    job_registry.register(app, jobs)
    catalogue.register(app, *events.EVENTS)
    erasure.ERASERS.register(app, "product_imports", privacy.erase)
    export.EXPORTS.register(app, "productImports", privacy.pages)
    api.register_blueprint(blp)
