"""Every notification there is; domains declare theirs in `notices.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

IN_APP, EMAIL = "in_app", "email"
SECURITY = "security"  # the category that nobody can turn off


@dataclass(frozen=True)
class Notice:
    """One type of notification: its words (`{…}` are keys of its data), channels and buttons.

    `link` names what makes the secret address that belongs into the message (see `links_by`); it is made when the
    message is sent, and stored nowhere.
    """

    name: str
    category: str
    title: str
    message: str
    channels: tuple[str, ...]
    actions: tuple[dict[str, Any], ...] = ()
    link: str | None = None


NOTICES: dict[str, Notice] = {}

LINKS: dict[str, Callable[[dict[str, Any]], str]] = {}


def links_by(name: str, make: Callable[[dict[str, Any]], str]) -> None:
    """Let a domain make the links that its notices name, from a notification's data."""
    LINKS[name] = make


def declare(*notices: Notice) -> None:
    """Add types of notification. Raises ValueError when a name is taken."""
    for notice in notices:
        if NOTICES.setdefault(notice.name, notice) is not notice:
            raise ValueError(f"notification {notice.name} is declared twice")
