"""Routes of deals: what buyers, sellers and couriers have with each other, in one list and one timeline each."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ
from metaia.core.http.views import answer
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.deals import schemas, service
from metaia.deals.timeline import kinds
from metaia.deals.timeline import schemas as timeline_schemas
from metaia.deals.timeline import service as timeline

blp = Blueprint("deals", __name__, url_prefix="/api/deals", description="Deals")


@blp.endpoint("GET", "", query=schemas.DealsQuery, returns=schemas.ManyDeals, limit=READ)
def get_many(query: Json) -> Response:
    """The deals one takes part in, newest first; staff see all."""
    deals, following = service.page(current(), query)
    return answer(deals=deals, meta={"next_cursor": following})


@blp.endpoint("GET", "/<id:deal_id>", returns=schemas.OneDeal, limit=READ)
def get_one(deal_id: str) -> Response:
    """One deal: its offer, order, booking, payment and conversation, as far as there are any."""
    return answer(deal=service.show(current(), deal_id))


@blp.endpoint(
    "GET",
    "/<id:deal_id>/timeline",
    query=timeline_schemas.TimelineQuery,
    returns=timeline_schemas.Timeline,
    limit=READ,
)
def get_timeline(query: Json, deal_id: str) -> Response:
    """Everything that happened in a deal, in the order of the events: messages, and steps of what came of it."""
    entries, meta = timeline.page(current(), deal_id, query)
    return answer(entries=entries, meta=meta)


def register(app: Flask, api: Api) -> None:
    """Register this domain with the application."""
    for name, fetch in kinds.FETCHES.items():
        kinds.KINDS.register(app, name, fetch)
    api.register_blueprint(blp)
