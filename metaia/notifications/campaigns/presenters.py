"""Campaigns as JSON."""

from __future__ import annotations

from metaia.core.http.fields import camel
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.notifications.campaigns.audience_filters import AUDIENCE_FILTERS
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.campaigns.state import ADMIN, MACHINE


def campaign(this: Campaign, *, total: int | None = None) -> Json:
    """Return a campaign as CampaignOut describes it. `total` is the present size of an audience that is not fixed."""
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


def audience(body: Json) -> Json:
    """Return a validated audience as it is stored and shown."""
    filters = (filter_.name for filter_ in AUDIENCE_FILTERS.current().values())
    stored: Json = {"roles": sorted(set(body["roles"]))}
    stored |= {
        camel(name): rfc3339(body[name]) for name in ("created_from", "created_to", *filters) if name in body
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
