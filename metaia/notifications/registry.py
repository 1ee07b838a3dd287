"""The types of notifications that exist, and the links that some of them carry. Domains register theirs.

Each domain declares its types in its `notifications.py`; their texts are in its `templates/` (content/templates.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import Flask

from metaia.core.registry import Registry

IN_APP, EMAIL, SMS, PUSH = "in_app", "email", "sms", "push"
CHANNELS = (IN_APP, EMAIL, SMS, PUSH)
EXTERNAL_CHANNELS = (EMAIL, SMS, PUSH)
QUEUES = ("critical", "default", "bulk")
SECURITY = "security"  # the category that users cannot turn off
Queue = Literal["critical", "default", "bulk"]


@dataclass(frozen=True)
class NotificationType:
    """A type of notification: its channels and the rules of its delivery.

    - `actions` are the names of its buttons.
    - `requested`: its user has just asked for it, so unsubscriptions and complaints do not stop it.
    - `proves_address`: it contains a link that proves the address, so a permanent bounce does not stop it either.
    - `only_verified`: no mail to an address that is not verified, unless CAMPAIGNS_TO_UNVERIFIED is set.
    - `urgent`: muting, quiet hours and digests do not apply.
    - `may_wait`: users can have it in a digest.
    - `throttle` is (count, seconds): further ones within that time are suppressed on all channels but the app.
    - `fallback` is (channel, seconds): sent there too if the user has not seen the notification after that time.
    - `link` is the key of a LinkBuilder. The link is secret: it is built when the message is sent, and never stored.
    - `still_true` is the key of a TruthCheck, which is asked before each sending. A message that is no longer true is
      not sent, whatever has delayed it.
    - `details` is the key of a Details, which is asked for more data before each sending. Its values are not stored.
    - `replaces`: on the screen a push message replaces the earlier one about the same subject.
    - `sample` is the data for previews, with those of `details`.
    """

    name: str
    category: str
    channels: tuple[str, ...]
    actions: tuple[str, ...] = ()
    queue: Queue = "default"
    requested: bool = False
    proves_address: bool = False
    only_verified: bool = False
    urgent: bool = False
    may_wait: bool = False
    throttle: tuple[int, int] | None = None
    fallback: tuple[str, int] | None = None
    link: str | None = None
    still_true: str | None = None
    details: str | None = None
    replaces: bool = False
    sample: dict[str, Any] = field(default_factory=dict)

    @property
    def external_channels(self) -> tuple[str, ...]:
        """Return the channels that need a provider: all but the app."""
        return tuple(channel for channel in self.channels if channel != IN_APP)


@dataclass(frozen=True)
class TruthCheck:
    """A question to a domain before each sending. `reason` is that of the deliveries that are cancelled by it.

    `still_true` gets rows with `notification_id`, `user_id`, `type`, `data` and `campaign_id`, and returns the ids of
    the notifications that are still true.
    """

    still_true: Callable[[Sequence[Any]], Collection[str]]
    reason: str = "outdated"


# Returns further data for the text of a message, of its user's id and its data.
Details = Callable[[str, dict[str, Any]], dict[str, Any]]
LinkBuilder = Callable[[dict[str, Any]], str]  # from the data of a notification
# Records a second event for a notification: of the payload of `new_notification`, the user's id and the subject.
SecondEvent = Callable[[dict[str, Any], str, str | None], None]
NOTIFICATION_TYPES: Registry[str, NotificationType] = Registry("notification_types")
LINK_BUILDERS: Registry[str, LinkBuilder] = Registry("notification_links")
DETAILS: Registry[str, Details] = Registry("notification_details")
TRUTH_CHECKS: Registry[str, TruthCheck] = Registry("notification_truth_checks")
SECOND_EVENTS: Registry[str, SecondEvent] = Registry("second_events_of_notifications")  # by category


def register(app: Flask, *types: NotificationType) -> None:
    """Add types of notifications. Raises ValueError for a name that is registered already."""
    for type_ in types:
        NOTIFICATION_TYPES.register(app, type_.name, type_)


@dataclass(frozen=True)
class Category:
    """The unit of users' choices: a set of notification types. Users cannot turn off a `required` one."""

    name: str
    channels: tuple[str, ...]
    may_wait: bool
    required: bool


def categories() -> dict[str, Category]:
    """Return the categories of the current application that have an external channel, by name."""
    types: dict[str, list[NotificationType]] = {}
    for type_ in NOTIFICATION_TYPES.current().values():
        types.setdefault(type_.category, []).append(type_)
    found = {name: _category(name, group) for name, group in sorted(types.items())}
    return {name: category for name, category in found.items() if category.channels}


def _category(name: str, types: list[NotificationType]) -> Category:
    used = {channel for type_ in types for channel in type_.external_channels}
    used |= {type_.fallback[0] for type_ in types if type_.fallback}
    may_wait = any(type_.may_wait and not type_.urgent for type_ in types)
    channels = tuple(channel for channel in CHANNELS if channel in used)
    return Category(name, channels, may_wait=may_wait and name != SECURITY, required=name == SECURITY)
