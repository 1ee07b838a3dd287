"""Routes of campaigns, for admins."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.core.access.actor import current
from metaia.core.http import etags
from metaia.core.http.actions import register_actions
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE, permission
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.times import now
from metaia.notifications.campaigns import presenters, queries, schemas, service
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.support import stats

blp = Blueprint("campaigns", __name__, url_prefix="/api/admin/campaigns", description="Campaigns")
Body = dict[str, Any]
ACTIONS = {
    "start": "Let a draft begin: now, or when it is scheduled for.",
    "pause": "Tell nobody more for now; one that has not begun is a draft again.",
    "resume": "Go on where it was paused.",
    "cancel": "Tell nobody more, and send nothing that was not sent yet.",
}


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateCampaign,
    returns=schemas.One,
    status=201,
    limit=WRITE,
    access=permission("notifications.campaign"),
    idempotent=True,
)
def create(body: Body) -> Response:
    """Write a campaign, as a draft."""
    return _one(service.create(current(), body), status=201)


@blp.endpoint(
    "GET",
    "",
    query=schemas.ListQuery,
    returns=schemas.Many,
    limit=READ,
    access=permission("notifications.campaign"),
)
def get_many(query: Body) -> Response:
    """All campaigns."""
    return listing("campaigns", query, queries.page, presenters.campaign)


@blp.endpoint(
    "GET",
    "/<id:campaign_id>",
    returns=schemas.Watched,
    limit=READ,
    access=permission("notifications.campaign"),
)
def get_one(campaign_id: str) -> Response:
    """One campaign, how many it is for, and what has become of them."""
    campaign = service.read(campaign_id)
    total = queries.size(campaign, now()) if campaign.total is None else None
    return answer_versioned(
        campaign.version,
        campaign=presenters.campaign(campaign, total=total),
        funnel=stats.funnel_of_campaign(campaign_id),
    )


@blp.endpoint(
    "PATCH",
    "/<id:campaign_id>",
    body=schemas.EditCampaign,
    returns=schemas.One,
    limit=WRITE,
    access=permission("notifications.campaign"),
)
def edit(body: Body, campaign_id: str) -> Response:
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
    access=permission("notifications.campaign"),
    idempotent=True,
)
def test(body: Body, campaign_id: str) -> Response:  # noqa: ARG001 - there is nobody else to send it to
    """Send it to oneself."""
    return answer(status=202, notification_id=service.send_test(current(), campaign_id))


def _act(campaign_id: str, action: str, _: Body, version: int | None) -> Response:
    return _one(service.act(campaign_id, action, version=version))


register_actions(
    blp,
    "POST",
    "/<id:campaign_id>",
    {name: (schemas.ChangeCampaign, summary) for name, summary in ACTIONS.items()},
    _act,
    returns=schemas.One,
    access=permission("notifications.campaign"),
)


def _one(campaign: Campaign, *, status: int = 200) -> Response:
    return answer_versioned(campaign.version, status=status, campaign=presenters.campaign(campaign))
