"""What people are told of what staff did to their accounts. `{…}` are keys of the notification's data."""

from __future__ import annotations

from metaia.auth import proofs
from metaia.notifications.catalogue import EMAIL, IN_APP, SECURITY, Notice

NOTICES = (
    Notice(
        "account_made",
        SECURITY,
        "Your account is ready",
        "You have an account now. With this link you choose its password; it works for three days.",
        (EMAIL,),
        link=proofs.RESET_PASSWORD,
    ),
    Notice(
        "account_viewed",
        SECURITY,
        "Our staff can see your account",
        "Somebody of our staff can see what you see, for 15 minutes, to help you. They can change nothing. You find "
        "them in the list of your sessions, where you can end this.",
        (IN_APP, EMAIL),
    ),
    Notice(
        "role_changed",
        SECURITY,
        "Your account was changed",
        "Your account is now one for the role {role}. Please log in again.",
        (IN_APP, EMAIL),
    ),
    Notice(
        "account_disabled",
        SECURITY,
        "Your account is closed",
        "Our staff has closed your account. Write to us if you think that this is wrong.",
        (EMAIL,),
    ),
    Notice("account_enabled", SECURITY, "Your account is open", "You can log in again.", (EMAIL,)),
)
