"""The permissions for announcements, and the rules of their texts and links. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, SUPER_ADMIN, Permission

ANNOUNCEMENTS_SEND = Permission("announcements.send", ADMINS)
ANNOUNCEMENTS_EVERYONE = Permission("announcements.everyone", frozenset({SUPER_ADMIN}))
INFO, SUCCESS, WARNING, MAINTENANCE, CRITICAL = "info", "success", "warning", "maintenance", "critical"
LEVELS = (INFO, SUCCESS, WARNING, MAINTENANCE, CRITICAL)
ENGLISH = "en"
LANGUAGES = (ENGLISH, "hi", "de")
TOLERANCE = 0.1  # by which the confirmed number of users may differ from the present one
_MARKUP = re.compile(r"<[A-Za-z/!?]|&#?\w+;")
_PATH = re.compile(r"/(?![/\\])[!-~]*")


def may_send(actor: Actor, *, everyone: bool, level: str) -> bool:
    """Return whether `actor` may send, change or revoke an announcement to such an audience."""
    wide = everyone or level == CRITICAL
    return actor.may(ANNOUNCEMENTS_EVERYONE if wide else ANNOUNCEMENTS_SEND)


def is_confirmed(confirmed: int, recipients: int) -> bool:
    """Return whether the number that an admin has confirmed is still about the size of the audience."""
    return abs(confirmed - recipients) <= TOLERANCE * recipients


def has_markup(text: str) -> bool:
    """Return whether a text contains tags or entities of HTML: clients show it as plain text."""
    return _MARKUP.search(text) is not None


def is_allowed_link(link: str, hosts: Collection[str], *, secure: bool) -> bool:
    """Return whether a link is a path of this service, or leads to one of `hosts`; to HTTPS only if `secure`."""
    if _PATH.fullmatch(link) and "\\" not in link:
        return True
    if not re.fullmatch(r"https?://[!-~]+", link) or "\\" in link or "@" in link:
        return False
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return False
    return host in hosts and (parts.scheme == "https" or not secure)


def language(content: Mapping[str, Any], locale: str) -> str:
    """Return the language of `content` for a user with a locale: `hi-IN` has the text of `hi`, others have English."""
    names = (locale, locale.partition("-")[0], ENGLISH)
    return next((name for name in names if name in content), ENGLISH)
