"""The route of free times."""

from __future__ import annotations

from flask import Flask, Response
from flask import request as http_request

from metaia.bookings.calendars.publish import CHANGED
from metaia.bookings.slots import events, listing, publish, request, schemas, sockets
from metaia.core.access import actor as actors
from metaia.core.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.realtime import catalogue, inbound, runtime

blp = Blueprint("slots", __name__, url_prefix="/api/bookings/slots", description="Free times")


@blp.endpoint(
    "GET",
    "",
    query=schemas.SlotsQuery,
    returns=schemas.Slots,
    also_returns=UNCHANGED,
    limit=READ.limited_to("120 per minute"),
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden, NotFound, Unavailable),
)
def get_many(query: Json) -> Response:
    """Free starts of services. A start that is offered is accepted if it is booked now."""
    asked = request.read(actors.optional(), query)
    response = Response(mimetype="application/json")
    response.set_etag(asked.tag, weak=True)
    response.make_conditional(http_request)
    if response.status_code == UNCHANGED[0]:
        return response
    response.set_data(listing.answer(asked))
    return response


def register(app: Flask, api: Api) -> None:
    """Register free times with the application."""
    catalogue.register(app, *events.EVENTS)
    inbound.register(app, sockets)
    live = publish.Live(app)
    runtime.of(app).feed.subscribe(CHANGED, live.changed)
    api.register_blueprint(blp)
