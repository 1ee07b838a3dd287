"""Routes of campaigns, for admins."""

from __future__ import annotations

from flask import Response

from metaia.core import versions
from metaia.core.access.actor import current
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications.campaigns import presenters, queries, schemas, service
from metaia.notifications.campaigns.policy import CAMPAIGNS_MANAGE
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.delivery import stats

blp = Blueprint("campaigns", __name__, url_prefix="/api/admin/campaigns", description="Campaigns")
ACTIONS = {
    "start": "Start a draft: now, or at its scheduled time.",
    "pause": "Notify no more users until it is resumed. A campaign that has not begun becomes a draft again.",
    "resume": "Continue a paused campaign.",
    "cancel": "Notify no more users, and send none of the unsent messages.",
}


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateCampaign,
    example={
        "name": "Diwali",
        "title": "Ten percent off",
        "message": "On all orders until Sunday.",
        "channels": ["in_app"],
        "audience": {"roles": ["customer"]},
    },
    returns=schemas.One,
    status=201,
    limit=WRITE,
    access=CAMPAIGNS_MANAGE,
    idempotent=True,
)
def create(body: Json) -> Response:
    """Create a campaign as a draft."""
    return _one(service.create(current(), body), status=201)


@blp.endpoint(
    "GET",
    "",
    query=schemas.ListQuery,
    returns=schemas.Many,
    limit=READ,
    access=CAMPAIGNS_MANAGE,
)
def get_many(query: Json) -> Response:
    """All campaigns."""
    return listing("campaigns", query, queries.page, presenters.campaign)


@blp.endpoint(
    "GET",
    "/<id:campaign_id>",
    returns=schemas.Watched,
    limit=READ,
    access=CAMPAIGNS_MANAGE,
)
def get_one(campaign_id: str) -> Response:
    """One campaign, the size of its audience, and the funnel of its notifications."""
    campaign = service.read(campaign_id)
    total = queries.audience_size(campaign, now()) if campaign.total is None else None
    return answer_versioned(
        campaign.version,
        campaign=presenters.campaign(campaign, total=total),
        funnel=stats.funnel_of_campaign(campaign_id),
    )


@blp.endpoint(
    "PATCH",
    "/<id:campaign_id>",
    body=schemas.EditCampaign,
    example={"title": "Twelve percent off"},
    returns=schemas.One,
    limit=WRITE,
    access=CAMPAIGNS_MANAGE,
)
def edit(body: Json, campaign_id: str) -> Response:
    """Change a draft."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.edit(campaign_id, body, version=version))


@blp.endpoint(
    "POST",
    "/<id:campaign_id>/test",
    body=schemas.TestCampaign,
    returns=schemas.Tested,
    status=202,
    limit=WRITE,
    access=CAMPAIGNS_MANAGE,
    idempotent=True,
)
def test(body: Json, campaign_id: str) -> Response:  # noqa: ARG001 - `to` has one value
    """Send the message to myself."""
    return answer(status=202, notification_id=service.send_test(current(), campaign_id))


def _act(campaign_id: str, action: str, _: Json, version: versions.Expected) -> Response:
    return _one(service.act(campaign_id, action, version=version))


register_actions(
    blp,
    "POST",
    "/<id:campaign_id>",
    {name: (schemas.ChangeCampaign, summary) for name, summary in ACTIONS.items()},
    _act,
    returns=schemas.One,
    access=CAMPAIGNS_MANAGE,
)


def _one(campaign: Campaign, *, status: int = 200) -> Response:
    return answer_versioned(campaign.version, status=status, campaign=presenters.campaign(campaign))
