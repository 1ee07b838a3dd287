"""What people are told about their accounts; the words are in `words/`.

Links go to a mailbox only, for that mailbox is what they prove; the rest is shown in the app too. All of it is of the
category that nobody can turn off, and on the queue that waits for nothing.
"""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, SECURITY, NotificationType

_PROOF = "01a1f86b-752e-753f-ab3a-936f1e472418"


def _link(purpose: str) -> NotificationType:
    sample = {"proofId": _PROOF, "email": "asha@mail.example"}
    return NotificationType(purpose, SECURITY, (EMAIL,), queue="critical", link=purpose, sample=sample)


def _both(name: str, **sample: Any) -> NotificationType:
    return NotificationType(name, SECURITY, (IN_APP, EMAIL), queue="critical", sample=sample)


NOTIFICATION_TYPES = (
    _link("verify_email"),
    _link("reset_password"),
    _link("change_email_old"),
    _link("change_email_new"),
    _link("unlock"),
    _both("password_changed"),
    _both("email_changed", email="asha@mail.example"),
    _both("new_login", device="Firefox", address="192.0.2.7"),
    _both("second_factor_changed", what="A second factor was added."),
    _both("account_deactivated"),
    _both("account_reactivated"),
    NotificationType("account_deleted", SECURITY, (EMAIL,), queue="critical"),
)
