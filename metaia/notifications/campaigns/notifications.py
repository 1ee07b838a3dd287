"""The notification types of campaigns. Their texts are written by admins; the templates only insert them."""

from __future__ import annotations

from metaia.notifications.registry import CHANNELS, NotificationType

CATEGORY = "marketing"
_SAMPLE = {"title": "Ten per cent off", "message": "On every suit that you order this week."}
CAMPAIGN = NotificationType(
    "campaign",
    CATEGORY,
    CHANNELS,
    queue="bulk",
    only_verified=True,
    may_wait=True,
    still_true="campaign",
    sample=_SAMPLE,
)
TEST = NotificationType(  # to the admin of the campaign, who waits for it
    "campaign_test", CATEGORY, CHANNELS, urgent=True, sample=_SAMPLE
)
