"""Campaigns as JSON."""

from __future__ import annotations

from typing import Any

from metaia.core.http.fields import camel
from metaia.core.times import rfc3339
from metaia.notifications.campaigns.audience_filters import FILTERS
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.campaigns.state import ADMIN, MACHINE

Json = dict[str, Any]


def campaign(this: Campaign, *, total: int | None = None) -> Json:
    """Return a campaign as CampaignOut describes it; `total` is the size of an audience that is not fixed yet."""
    return {
        "id": this.id,
        "name": this.name,
        "title": this.title,
        "message": this.message,
        "channels": this.channels,
        "audience": this.audience,
        "scheduledAt": rfc3339(this.scheduled_at),
        "ratePerMinute": this.rate_per_minute,
        "status": this.status,
        "allowedActions": MACHINE.allowed(this.status, frozenset({ADMIN})),
        "version": this.version,
        "recipients": this.recipients,
        "total": this.total if this.total is not None else total,
        "beganAt": rfc3339(this.began_at),
        "endedAt": rfc3339(this.ended_at),
        "createdBy": this.created_by,
        "createdAt": rfc3339(this.created_at),
        "updatedAt": rfc3339(this.updated_at),
    }


def audience(given: Json) -> Json:
    """Return a checked audience as it is kept, which is as it is shown."""
    moments = ("created_from", "created_to", *(each.name for each in FILTERS.values()))
    kept: Json = {"roles": sorted(set(given["roles"]))}
    kept |= {camel(name): rfc3339(given[name]) for name in moments if name in given}
    return kept | ({"locales": sorted(set(given["locales"]))} if given.get("locales") else {})


def progress(this: Campaign) -> Json:
    """Return what `campaign:progress` says."""
    shown = campaign(this)
    told = ("name", "status", "version", "recipients", "total", "updatedAt")
    return {"campaignId": this.id} | {name: shown[name] for name in told}


def conflict(this: Campaign) -> Json:
    """Return what a 409 tells: where the campaign stands, and what can be done instead."""
    shown = campaign(this)
    return {key: shown[key] for key in ("status", "version", "allowedActions")} | {"campaign": shown}
