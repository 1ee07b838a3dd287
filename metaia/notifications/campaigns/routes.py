"""Routes of campaigns, for admins."""

from __future__ import annotations

from typing import Any

from flask import Response

import metaia.notifications.campaigns.jobs  # noqa: F401 - registers itself
from metaia.core.access.actor import current
from metaia.core.http import etags
from metaia.core.http.idempotency import idempotent
from metaia.core.http.pagination import listing
from metaia.core.http.views import READ, WRITE, Blueprint, answer, needs, rated
from metaia.core.times import now
from metaia.notifications.campaigns import presenters, queries, schemas, service
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.delivery import stats

blp = Blueprint("campaigns", __name__, url_prefix="/api/admin/campaigns", description="Campaigns")
Json = dict[str, Any]
ACTIONS = {
    "start": "Start a draft: now, or at its scheduled time.",
    "pause": "Notify no more users until it is resumed. A campaign that has not begun becomes a draft again.",
    "resume": "Continue a paused campaign.",
    "cancel": "Notify no more users, and send none of the unsent messages.",
}


@blp.route("", methods=["POST"])
@blp.arguments(schemas.CreateCampaign)
@blp.response(201, schemas.One)
@rated(WRITE)
@needs("notifications.campaign")
@idempotent
def create(body: Json) -> Response:
    """Create a campaign as a draft."""
    return _one(service.create(current(), body), status=201)


@blp.route("")
@blp.arguments(schemas.ListQuery, location="query")
@blp.response(200, schemas.Many)
@rated(READ)
@needs("notifications.campaign")
def get_many(query: Json) -> Response:
    """All campaigns."""
    return listing("campaigns", query, queries.page, presenters.campaign)


@blp.route("/<id:campaign_id>")
@blp.response(200, schemas.Watched)
@rated(READ)
@needs("notifications.campaign")
def get_one(campaign_id: str) -> Response:
    """One campaign, the size of its audience, and the funnel of its notifications."""
    campaign = service.read(campaign_id)
    total = queries.audience_size(campaign, now()) if campaign.total is None else None
    response = answer(
        campaign=presenters.campaign(campaign, total=total), funnel=stats.funnel_of_campaign(campaign_id)
    )
    response.set_etag(str(campaign.version))
    return response


@blp.route("/<id:campaign_id>", methods=["PATCH"])
@blp.arguments(schemas.EditCampaign)
@blp.response(200, schemas.One)
@rated(WRITE)
@needs("notifications.campaign")
def edit(body: Json, campaign_id: str) -> Response:
    """Change a draft."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.edit(campaign_id, body, version=version))


@blp.route("/<id:campaign_id>/test", methods=["POST"])
@blp.arguments(schemas.TestCampaign)
@blp.response(202, schemas.Tested)
@rated(WRITE)
@needs("notifications.campaign")
@idempotent
def test(body: Json, campaign_id: str) -> Response:  # noqa: ARG001 - `to` has one value
    """Send the message to myself."""
    return answer(status=202, notification_id=service.send_test(current(), campaign_id))


def _act(action: str, summary: str) -> None:
    def view(body: Json, campaign_id: str) -> Response:
        version = etags.expected(body["expected_version"])
        return _one(service.act(campaign_id, action, version=version))

    view.__name__ = view.__qualname__ = action
    view.__doc__ = summary
    decorated = needs("notifications.campaign")(idempotent(view))
    decorated = blp.response(200, schemas.One)(rated(WRITE)(decorated))
    blp.route(f"/<id:campaign_id>/{action}", methods=["POST"])(
        blp.arguments(schemas.ChangeCampaign)(decorated)
    )


for _action, _summary in ACTIONS.items():
    _act(_action, _summary)


def _one(campaign: Campaign, *, status: int = 200) -> Response:
    response = answer(status=status, campaign=presenters.campaign(campaign))
    response.set_etag(str(campaign.version))
    return response
