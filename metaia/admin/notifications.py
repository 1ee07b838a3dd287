"""Notifications about changes that staff made to an account; their texts are in `templates/`."""

from __future__ import annotations

from typing import Any

from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.notifications import USABLE_LINK
from metaia.notifications.registry import EMAIL, IN_APP, SECURITY, NotificationType


def _type(name: str, channels: tuple[str, ...], **options: Any) -> NotificationType:
    return NotificationType(name, SECURITY, channels, queue="critical", **options)


NOTIFICATION_TYPES = (
    _type(
        "account_made",
        (EMAIL,),
        requested=True,
        link=email_tokens.RESET_PASSWORD,
        still_true=USABLE_LINK,
        sample={"proofId": "01a1f86b-752e-753f-ab3a-936f1e472418"},
    ),
    _type("account_viewed", (IN_APP, EMAIL)),
    _type("role_changed", (IN_APP, EMAIL), sample={"role": "support"}),
    _type("second_factor_removed", (IN_APP, EMAIL)),
    _type("account_disabled", (EMAIL,)),
    _type("account_enabled", (EMAIL,)),
)
