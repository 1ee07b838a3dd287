"""What campaigns say: the words are their admin's, and pass through the templates as they are."""

from __future__ import annotations

from metaia.notifications.registry import CHANNELS, Notice

CATEGORY = "marketing"
_SAMPLE = {"title": "Ten per cent off", "message": "On every suit that you order this week."}
CAMPAIGN = Notice("campaign", CATEGORY, CHANNELS, queue="bulk", may_wait=True, sample=_SAMPLE)
TEST = Notice(
    "campaign_test", CATEGORY, CHANNELS, urgent=True, sample=_SAMPLE
)  # to its own admin, who waits for it
