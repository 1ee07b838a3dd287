"""What people are told about their accounts. `{…}` are keys of the notification's data.

Links go to a mailbox only, for that mailbox is what they prove; the rest is shown in the app too. All of it is of the
category that nobody can turn off.
"""

from __future__ import annotations

from metaia.notifications.catalogue import EMAIL, IN_APP, SECURITY, Notice

_NOT_YOU = "If this was not you, choose a new password now."
_NOTHING = "If you have not asked for this, do nothing."


def _link(purpose: str, title: str, message: str) -> Notice:
    return Notice(purpose, SECURITY, title, message, (EMAIL,), link=purpose)


def _both(name: str, title: str, message: str) -> Notice:
    return Notice(name, SECURITY, title, message, (IN_APP, EMAIL))


NOTICES = (
    _link(
        "verify_email",
        "Confirm your e-mail address",
        f"Please confirm that this address is yours. The link works for a day. {_NOTHING}",
    ),
    _link(
        "reset_password",
        "Choose a new password",
        f"With this link you can choose a new password. It works for half an hour. {_NOTHING}",
    ),
    _link(
        "change_email_old",
        "Leave this e-mail address",
        "Your account is to have another e-mail address: {email}. Please agree here, and in the mail that was sent "
        f"there. The link works for an hour. {_NOT_YOU}",
    ),
    _link(
        "change_email_new",
        "Use this e-mail address",
        "Please confirm that {email} is yours, and agree in the mail to the address you have had so far. "
        f"The link works for an hour. {_NOTHING}",
    ),
    _link(
        "unlock",
        "Log in without waiting",
        "Somebody has tried to log in to your account with wrong passwords, so it makes everybody wait. With this link "
        f"you can log in at once. It works for half an hour. {_NOTHING}",
    ),
    _both(
        "password_changed",
        "Your password was changed",
        f"Your password was changed, and you were logged out elsewhere. {_NOT_YOU}",
    ),
    _both(
        "email_changed",
        "Your e-mail address was changed",
        "Your account now has the address {email}; both mailboxes have agreed.",
    ),
    _both(
        "new_login",
        "New login",
        f"Somebody has logged in to your account with {{device}}, from {{address}}: new to us. {_NOT_YOU}",
    ),
    _both("second_factor_changed", "Your second factor", f"{{what}} {_NOT_YOU}"),
    _both(
        "account_deactivated",
        "Your account is deactivated",
        f"Nobody sees you until you log in again. {_NOT_YOU}",
    ),
    _both(
        "account_reactivated",
        "Your account is active again",
        f"You have logged in, so your account is active again. {_NOT_YOU}",
    ),
    Notice(
        "account_deleted",
        SECURITY,
        "Your account was deleted",
        "Your personal data are gone. Orders stay, without your name and address.",
        (EMAIL,),
    ),
)
