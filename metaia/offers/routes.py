"""Routes of offers, for their parties and staff; and the registration of this domain."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Flask, Response
from marshmallow import Schema as MarshmallowSchema

from metaia.auth.account import erasure, export
from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.errors import TooMany
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.offers import (
    events,
    history,
    jobs,
    presenters,
    privacy,
    publish,
    queries,
    schemas,
    service,
    sockets,
)
from metaia.offers.analytics import routes as analytics_routes
from metaia.offers.counterparties import routes as counterparty_routes
from metaia.offers.create import create as create_offer
from metaia.offers.notifications import NOTIFICATION_TYPES, STILL_TRUE
from metaia.offers.policy import OFFERS_READ
from metaia.offers.queries import Offer
from metaia.realtime import catalogue, inbound

blp = Blueprint("offers", __name__, url_prefix="/api/offers", description="Offers")
admin = Blueprint("admin_offers", __name__, url_prefix="/api/admin/offers", description="Offers, for staff")
LARGE = WRITE.with_body(schemas.LARGEST_OFFER)
ACTIONS: dict[str, tuple[type[MarshmallowSchema], str]] = {
    "counter": (schemas.ChangeRound, "Answer an offer with other terms."),
    "revise": (schemas.ChangeRound, "Change one's own offer before it is answered."),
    "reject": (schemas.RejectOffer, "Turn an offer down."),
    "withdraw": (schemas.ChangeOffer, "Take one's own offer back."),
    "cancel": (schemas.ChangeOffer, "End an offer, for admins."),
}


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateOffer,
    example=schemas.EXAMPLE,
    returns=schemas.OneOffer,
    status=201,
    limit=LARGE,
    idempotent=True,
    conflict=schemas.Conflict,
    fails=(TooMany,),
)
def create(body: Json) -> Response:
    """Make an offer to a partner, or to a customer of one's own."""
    return _one(create_offer(current(), body), status=201)


@blp.endpoint("GET", "", query=schemas.OffersQuery, returns=schemas.ManyOffers, limit=READ)
def get_many(query: Json) -> Response:
    """The offers one takes part in; staff see all."""
    return _listed(query)


@admin.endpoint(
    "GET", "", query=schemas.AllOffersQuery, returns=schemas.ManyOffers, limit=READ, access=OFFERS_READ
)
def get_all(query: Json) -> Response:
    """All offers."""
    return _listed(query)


@blp.endpoint("GET", "/<id:offer_id>", query=schemas.OfferAsOf, returns=schemas.OneOffer, limit=READ)
def get_one(query: Json, offer_id: str) -> Response:
    """One offer; with `asOf`, as it was then."""
    if query["as_of"] is None:
        return _one(service.read(current(), offer_id))
    then, present = history.as_of(current(), offer_id, query["as_of"])
    return answer_versioned(then.version, offer=presenters.past(then, present, current()))


@blp.endpoint("GET", "/<id:offer_id>/history", returns=schemas.OfferHistory, limit=READ)
def get_history(offer_id: str) -> Response:
    """The rounds of an offer as they were made, and everything that happened to it."""
    offer, steps = history.steps(current(), offer_id)
    return answer(
        offer=presenters.offer(offer, current()),
        rounds=presenters.rounds(steps, offer.currency),
        steps=[presenters.step(each) for each in steps],
    )


@blp.endpoint(
    "PATCH",
    "/<id:offer_id>/accept",
    body=schemas.AcceptOffer,
    example={"expectedVersion": 3},
    returns=schemas.AcceptedOffer,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Conflict,
)
def accept(body: Json, offer_id: str) -> Response:
    """Accept an offer as it was read: the order is made at once."""
    version = etags.expected(body.pop("expected_version"))
    offer, order = service.accept(current(), offer_id, body, version=version)
    return answer_versioned(offer.version, offer=presenters.offer(offer, current()), order=order)


@blp.endpoint(
    "POST",
    "/bulk",
    body=schemas.Bulk,
    example={"action": "withdraw", "ids": ["01a1f86b-752e-753f-ab3a-936f1e472418"]},
    returns=schemas.BulkResults,
    limit=WRITE.limited_to("10 per minute"),
    idempotent=True,
)
def bulk(body: Json) -> Response:
    """Reject or withdraw up to 100 offers."""
    results = service.bulk(current(), body)
    return answer(changed=sum(each["ok"] for each in results), results=results)


def _listed(query: Json) -> Response:
    actor = current()
    return listing("offers", query, partial(queries.page, actor), partial(presenters.offer, actor=actor))


def _one(offer: Offer, *, status: int = 200) -> Response:
    return answer_versioned(offer.version, status=status, offer=presenters.offer(offer, current()))


def _act(offer_id: str, action: str, body: Json, version: versions.Expected) -> Response:
    return _one(service.act(current(), offer_id, action, body, version=version))


register_actions(
    blp,
    "PATCH",
    "/<id:offer_id>",
    ACTIONS,
    _act,
    returns=schemas.OneOffer,
    conflict=schemas.Conflict,
    limit=LARGE,
)


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    catalogue.register(app, *events.EVENTS)
    inbound.register(app, sockets)
    job_registry.register(app, jobs)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    notification_registry.TRUTH_CHECKS.register(
        app, STILL_TRUE, notification_registry.TruthCheck(publish.still_true)
    )
    templates.register(app, Path(__file__).parent / "templates")
    erasure.ERASERS.register(app, "offers", privacy.request_erasure)
    export.EXPORTS.register(app, "offers", privacy.pages)
    analytics_routes.register(app, api)
    counterparty_routes.register(app, api)
    for blueprint in (blp, admin):
        api.register_blueprint(blueprint)
