"""Routes of own fleets: for partners, and for the couriers that they invite."""

from __future__ import annotations

from flask import Response

from metaia.core.access.actor import current
from metaia.core.errors import Conflict, NotFound
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.couriers import presenters, queries, schemas
from metaia.couriers.fleets import service
from metaia.couriers.policy import COURIERS_WORK, FLEETS_MANAGE

partners = Blueprint(
    "fleets", __name__, url_prefix="/api/partners/me/couriers", description="The own couriers of a partner"
)
couriers = Blueprint(
    "own_fleets", __name__, url_prefix="/api/couriers/me/fleets", description="The partners of a courier"
)


@partners.endpoint("GET", "", returns=schemas.Fleet, limit=READ, access=FLEETS_MANAGE)
def get_fleet() -> Response:
    """The couriers of one's own fleet; invited ones, once they have agreed."""
    return _fleet()


@partners.endpoint(
    "POST",
    "",
    body=schemas.InviteCourier,
    returns=schemas.Fleet,
    limit=WRITE.limited_to("20 per minute"),
    access=FLEETS_MANAGE,
    idempotent=True,
    fails=(Conflict,),
)
def invite(body: Json) -> Response:
    """Invite the courier with an e-mail address; an address without such an account is no error."""
    service.invite(current(), body["email"])
    return _fleet()


@partners.endpoint(
    "POST",
    "/withdraw",
    body=schemas.InviteCourier,
    returns=schemas.Fleet,
    limit=WRITE.limited_to("20 per minute"),
    access=FLEETS_MANAGE,
    idempotent=True,
)
def withdraw(body: Json) -> Response:
    """Take an open invitation back; an address without one is no error. Couriers that have agreed stay."""
    service.withdraw(current(), body["email"])
    return _fleet()


@partners.endpoint("DELETE", "/<id:courier_id>", returns=schemas.Fleet, limit=WRITE, access=FLEETS_MANAGE)
def remove(courier_id: str) -> Response:
    """Take a courier out of one's own fleet; no error if there is none."""
    service.remove(current().id, courier_id)
    return _fleet()


@couriers.endpoint("GET", "", returns=schemas.Fleets, limit=READ, access=COURIERS_WORK)
def get_own() -> Response:
    """The partners that one works for, or is invited by."""
    return _fleets()


@couriers.endpoint(
    "PUT",
    "/<id:partner_id>",
    returns=schemas.Fleets,
    limit=WRITE,
    access=COURIERS_WORK,
    fails=(NotFound, Conflict),
)
def agree(partner_id: str) -> Response:
    """Accept the invitation of a partner."""
    service.agree(current(), partner_id)
    return _fleets()


@couriers.endpoint("DELETE", "/<id:partner_id>", returns=schemas.Fleets, limit=WRITE, access=COURIERS_WORK)
def leave(partner_id: str) -> Response:
    """Leave the fleet of a partner, or decline its invitation; no error if there is none."""
    service.remove(partner_id, current().id)
    return _fleets()


def _fleet() -> Response:
    return answer(couriers=[presenters.fleet_courier(row) for row in queries.fleet(current().id)])


def _fleets() -> Response:
    return answer(fleets=[presenters.fleet(row) for row in queries.fleets(current().id)])
