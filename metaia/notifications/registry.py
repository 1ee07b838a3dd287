"""Every notification there is; domains declare theirs in `notices.py`. Their words are in templates (wording.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

IN_APP, EMAIL, SMS, PUSH = "in_app", "email", "sms", "push"
CHANNELS = (IN_APP, EMAIL, SMS, PUSH)
QUEUES = ("critical", "default", "bulk")
SECURITY = "security"  # the category that nobody can turn off
Queue = Literal["critical", "default", "bulk"]


@dataclass(frozen=True)
class Notice:
    """One type of notification.

    `actions` are its buttons. `urgent` passes quiet hours, muting and digests. `may_wait` may be gathered into a
    digest. `throttle` is (count, seconds): more of this type in that time are suppressed outside of the app. `fallback`
    is (channel, seconds): if the user has not seen it by then, it goes out there too. `link` names what makes the
    secret address that belongs into the message (see `links_by`); it is made when the message is sent, and stored
    nowhere. `sample` is data for previews.
    """

    name: str
    category: str
    channels: tuple[str, ...]
    actions: tuple[str, ...] = ()
    queue: Queue = "default"
    urgent: bool = False
    may_wait: bool = False
    throttle: tuple[int, int] | None = None
    fallback: tuple[str, int] | None = None
    link: str | None = None
    sample: dict[str, Any] = field(default_factory=dict)

    @property
    def outside(self) -> tuple[str, ...]:
        """Return the channels outside of the app."""
        return tuple(channel for channel in self.channels if channel != IN_APP)


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


@dataclass(frozen=True)
class Category:
    """What users choose about: its notices together. `required` ones cannot be turned off."""

    name: str
    channels: tuple[str, ...]
    may_wait: bool
    required: bool


def categories() -> dict[str, Category]:
    """Return every category that leaves the app, by name."""
    notices: dict[str, list[Notice]] = {}
    for notice in NOTICES.values():
        notices.setdefault(notice.category, []).append(notice)
    found = {name: _category(name, those) for name, those in sorted(notices.items())}
    return {name: category for name, category in found.items() if category.channels}


def _category(name: str, notices: list[Notice]) -> Category:
    used = {channel for notice in notices for channel in notice.outside}
    used |= {notice.fallback[0] for notice in notices if notice.fallback}
    waits = any(notice.may_wait and not notice.urgent for notice in notices)
    channels = tuple(channel for channel in CHANNELS if channel in used)
    return Category(name, channels, may_wait=waits and name != SECURITY, required=name == SECURITY)
