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
    question = request.parse(actors.optional(), query)
    asked: request.Asked | None = None
    tag = request.tag(question)
    if tag is None:
        asked = request.read(question)
        tag = asked.tag
    response = Response(mimetype="application/json")
    response.set_etag(tag, weak=True)
    response.make_conditional(http_request)
    if response.status_code == UNCHANGED[0]:
        return response
    body = listing.kept(tag)
    if body is None:
        asked = asked or request.read(question)
        response.set_etag(asked.tag, weak=True)  # of what was read now: a version may be higher than in `tag`
        body = listing.answer(asked)
    response.set_data(body)
    return response


def register(app: Flask, api: Api) -> None:
    """Register free times with the application."""
    catalogue.register(app, *events.EVENTS)
    inbound.register(app, sockets)
    live = publish.Live(app)
    runtime.of(app).feed.subscribe(CHANGED, live.changed)
    api.register_blueprint(blp)
