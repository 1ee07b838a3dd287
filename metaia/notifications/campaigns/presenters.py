"""Campaigns as JSON."""

from __future__ import annotations

from typing import Any

from metaia.core.http.fields import camel
from metaia.core.http.presenters import presenter
from metaia.core.times import rfc3339
from metaia.notifications.campaigns.audience_filters import AUDIENCE_FILTERS
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.campaigns.schemas import CampaignOut
from metaia.notifications.campaigns.state import ADMIN, MACHINE

Json = dict[str, Any]
_campaign = presenter(
    CampaignOut,
    without=["total"],
    computed={"allowed_actions": lambda this: MACHINE.allowed(this.status, frozenset({ADMIN}))},
)


def campaign(this: Campaign, *, total: int | None = None) -> Json:
    """Return a campaign; `total` is the current size of the audience, for a campaign that has not begun."""
    return _campaign(this) | {"total": this.total if this.total is not None else total}


def audience(body: Json) -> Json:
    """Return a validated audience as it is stored and shown."""
    stored: Json = {"roles": sorted(set(body["roles"]))}
    stored |= {camel(name): rfc3339(body[name]) for name in ("created_from", "created_to") if name in body}
    stored |= {
        camel(each.name): each.stored(body[each.name])
        for each in AUDIENCE_FILTERS.current().values()
        if each.name in body
    }
    return stored | ({"locales": sorted(set(body["locales"]))} if body.get("locales") else {})


def progress(this: Campaign) -> Json:
    """Return the payload of `campaign:progress`, as CampaignProgress describes it."""
    shown = campaign(this)
    names = ("name", "status", "version", "recipients", "total", "updatedAt")
    return {"campaignId": this.id} | {name: shown[name] for name in names}


def conflict(this: Campaign) -> Json:
    """Return the details of a 409: the present state of the campaign and its allowed actions."""
    shown = campaign(this)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"campaign": shown}
