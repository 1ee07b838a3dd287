"""Writing what has become of a campaign, and telling admins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from metaia.core import db
from metaia.core.access.permissions import PERMISSIONS
from metaia.core.times import now
from metaia.notifications.campaigns import presenters
from metaia.notifications.campaigns.models import Campaign as Table
from metaia.notifications.campaigns.queries import Campaign
from metaia.realtime import events

EVERY = timedelta(seconds=1)  # progress is told so often at most; a change of the status is told at once
ROOMS = tuple(f"{role}-room" for role in sorted(PERMISSIONS["notifications.campaign"]))


def changed(before: Campaign, **changes: Any) -> Campaign:
    """Write changes to a locked campaign in the running transaction, and return it; a new status is a new version."""
    moment = now()
    moved = "status" in changes or before.told_at is None or moment - before.told_at >= EVERY
    if "status" in changes:
        changes["version"] = before.version + 1
    changes |= {"updated_at": moment} | ({"told_at": moment} if moved else {})
    after = replace(before, **changes)
    db.change(Table, id=before.id, **changes)
    if moved:
        subject = f"campaign-{after.id}"
        events.record("campaign.progress", presenters.progress(after), audience=ROOMS, subject=subject)
    return after
