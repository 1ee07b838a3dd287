"""Events of campaigns in the event catalogue."""

from __future__ import annotations

from metaia.notifications.campaigns.schemas import CampaignProgress
from metaia.realtime.catalogue import EventType

EVENTS = (
    EventType(
        "campaign.progress",
        "campaign:progress",
        CampaignProgress,
        "A campaign has got further (at most one event per second), or its status has changed.",
        "admins",
    ),
)
