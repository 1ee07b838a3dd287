"""The notification type of posts. Its text is written by the partner; the templates only insert it."""

from __future__ import annotations

from metaia.notifications.registry import IN_APP, PUSH, NotificationType

NEWS = NotificationType(
    "partner_news",
    "partner_news",
    (IN_APP, PUSH),
    actions=("open_partner",),
    queue="bulk",
    may_wait=True,
    still_true="campaign",
    sample={
        "title": "Atelier Nord",
        "message": "The linen for the summer is here.",
        "partnerId": "01a1f86b-752e-753f-ab3a-936f1e472418",
        "postId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    },
)
