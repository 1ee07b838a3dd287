"""The public tracking page of a shipment: JSON, and a page for browsers."""

from __future__ import annotations

from flask import Response, render_template
from markupsafe import Markup

from metaia.core.errors import NotFound
from metaia.core.http import browser
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import PUBLIC, READ
from metaia.core.http.error_handlers import request_id
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.times import now
from metaia.orders import queries as order_queries
from metaia.shipments import queries, tokens
from metaia.shipments.state import CLOSED
from metaia.shipments.tracking import presenters, schemas

blp = Blueprint(
    "track", __name__, url_prefix="/api/track", template_folder="templates", description="Tracking of parcels"
)
ABSENT = "There is no such parcel. Copy the whole link."


@blp.endpoint(
    "GET",
    "/<string:tracking_token>",
    returns=schemas.OneTracked,
    limit=READ.limited_to("60 per minute"),
    access=PUBLIC,
    fails=(NotFound,),
)
def track(tracking_token: str) -> Response:
    """Where a parcel is, for a page without login. The token stands in mails; a browser gets a page."""
    found = _read(tracking_token)
    if browser.prefers_html():
        return _page(found)
    if found is None:
        raise NotFound(ABSENT)
    response = answer(tracking=found)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.vary.add("Accept")
    return response


def _read(token: str) -> Json | None:
    shipment_id = tokens.read(token)
    shipment = queries.get(shipment_id) if shipment_id else None
    if shipment is None:
        return None
    scans = queries.scans([shipment.id]).get(shipment.id, [])
    return presenters.tracked(shipment, order_queries.get(shipment.order_id), scans, now())


def _page(found: Json | None) -> Response:
    if found is None:
        return browser.error_page(NotFound(ABSENT), request_id())
    title, text = presenters.SENTENCES[found["status"]]
    page = render_template(
        "shipments/track.html", parcel=found, title=title, text=text, words=presenters.WORDS,
        open=found["status"] not in CLOSED, style=Markup(browser.STYLE),  # noqa: S704 - a constant
    )  # fmt: skip
    return Response(page, mimetype=browser.HTML, headers={**browser.PAGE_HEADERS, "Vary": "Accept"})
