"""Writing changes of a campaign, and publishing them to admins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from metaia.core import db, rooms
from metaia.core.times import now
from metaia.notifications.campaigns import presenters
from metaia.notifications.campaigns.models import CampaignRow
from metaia.notifications.campaigns.policy import CAMPAIGNS_MANAGE
from metaia.notifications.campaigns.queries import Campaign
from metaia.realtime import events

PROGRESS_INTERVAL = timedelta(seconds=1)  # between two events, unless the status changes
ROOMS = tuple(rooms.role(role) for role in sorted(CAMPAIGNS_MANAGE.roles))


def changed(before: Campaign, **changes: Any) -> Campaign:
    """Write changes of a row-locked campaign in the running transaction, and return it.

    A new status makes a new version.
    """
    moment = now()
    publish = "status" in changes or before.told_at is None or moment - before.told_at >= PROGRESS_INTERVAL
    if "status" in changes:
        changes["version"] = before.version + 1
    changes |= {"updated_at": moment} | ({"told_at": moment} if publish else {})
    after = replace(before, **changes)
    db.change(CampaignRow, id=before.id, **changes)
    if publish:
        subject = f"campaign-{after.id}"
        events.record("campaign.progress", presenters.progress(after), audience=ROOMS, subject=subject)
    return after
