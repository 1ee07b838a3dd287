"""The route of menus."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.errors import NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.openapi.document import Api
from metaia.products.menu import events, publish, schemas, service
from metaia.realtime import catalogue, runtime
from metaia.realtime.clients.spacing import Spaced
from metaia.shops import service as shop_service

blp = Blueprint("menus", __name__, url_prefix="/api/partners", description="Menus of partners")


@blp.endpoint(
    "GET",
    "/<word:partner_id>/menu",
    returns=schemas.Menu,
    also_returns=UNCHANGED,
    limit=READ,
    access=PUBLIC,
    fails=(NotFound,),
)
def get_menu(partner_id: str) -> Response:
    """The menu of a published partner, by its id or slug. `Cache-Control` ends when it changes by the clock."""
    return service.current().of(shop_service.id_of(partner_id))


def register(app: Flask, api: Api) -> None:
    """Register menus with the application."""
    service.init_app(app)
    catalogue.register(app, *events.EVENTS)
    runtime.of(app).feed.subscribe(
        "menu.changed", Spaced(app, "partnerId", publish.emit, publish.together).changed
    )
    api.register_blueprint(blp)
