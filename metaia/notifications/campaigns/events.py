"""This domain's entry in the catalogue."""

from __future__ import annotations

from metaia.notifications.campaigns.schemas import CampaignProgress
from metaia.realtime.catalogue import EventType

EVENTS = (
    EventType(
        "campaign.progress",
        "campaign:progress",
        CampaignProgress,
        "A campaign has got further (told once a second at most), or its status has changed.",
        "admins",
    ),
)
