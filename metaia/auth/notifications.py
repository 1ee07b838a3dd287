"""Notifications about accounts; their texts are in `templates/`.

Those with a link go by e-mail only, because the link proves access to that mailbox; the others appear in the app too.
All have the category that users cannot turn off, and the queue with the highest priority.
"""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, SECURITY, NotificationType

USABLE_LINK = (
    "mailed_link"  # key of the check: the link is neither used, nor too old, nor replaced by a newer one
)
PROVING = frozenset({"verify_email", "change_email_new"})  # their purpose is to prove a mailbox
_SAMPLE_ID = "01a1f86b-752e-753f-ab3a-936f1e472418"  # for previews


def _with_link(purpose: str) -> NotificationType:
    sample = {"proofId": _SAMPLE_ID, "email": "asha@mail.example"}
    return NotificationType(
        purpose, SECURITY, (EMAIL,), queue="critical", requested=True, proves_address=purpose in PROVING,
        link=purpose, still_true=USABLE_LINK, sample=sample,
    )  # fmt: skip


def _in_app_and_email(name: str, **sample: Any) -> NotificationType:
    return NotificationType(name, SECURITY, (IN_APP, EMAIL), queue="critical", sample=sample)


NOTIFICATION_TYPES = (
    _with_link("verify_email"),
    _with_link("reset_password"),
    _with_link("change_email_old"),
    _with_link("change_email_new"),
    _with_link("unlock"),
    _in_app_and_email("password_changed"),
    _in_app_and_email("email_changed", email="asha@mail.example"),
    _in_app_and_email("new_login", device="Firefox (Windows)", address="192.0.2.7"),
    _in_app_and_email("second_factor_changed", what="A second factor was added."),
    _in_app_and_email("account_deactivated"),
    _in_app_and_email("account_reactivated"),
    NotificationType("account_deleted", SECURITY, (EMAIL,), queue="critical"),
)
