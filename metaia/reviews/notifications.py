"""Notification types about reviews; the texts are in `templates/`."""

from __future__ import annotations

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, NotificationType

CATEGORY = "review"
STILL_TRUE = "review_request"  # key of the check of requests
REQUEST, RECEIVED, REPLY, HIDDEN = "review_request", "review_received", "review_reply", "review_hidden"
_SAMPLE = {
    "reviewId": "01a1f86b-752e-753f-ab3a-936f1e472418",
    "subjectType": "partner",
    "rating": 5,
    "author": "Priya S.",
    "reason": "It names another customer.",
}
_REQUEST = {
    "kind": "order",
    "orderId": "01a1f86b-752e-753f-ab3a-936f1e472419",
    "bookingId": None,
    "number": "M100042",
    "partnerId": "01a1f86b-752e-753f-ab3a-936f1e472420",
}
_SCREENS = (IN_APP, PUSH)
_OPEN = ("open_review",)

NOTIFICATION_TYPES = (
    NotificationType(
        REQUEST,
        CATEGORY,
        _SCREENS,
        actions=("write_review",),
        may_wait=True,
        still_true=STILL_TRUE,
        sample=_REQUEST,
    ),
    NotificationType(RECEIVED, CATEGORY, _SCREENS, actions=_OPEN, may_wait=True, sample=_SAMPLE),
    NotificationType(REPLY, CATEGORY, _SCREENS, actions=_OPEN, may_wait=True, sample=_SAMPLE),
    NotificationType(HIDDEN, CATEGORY, (IN_APP, EMAIL, PUSH), actions=_OPEN, sample=_SAMPLE),
)
